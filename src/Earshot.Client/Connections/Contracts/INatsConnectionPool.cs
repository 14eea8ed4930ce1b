namespace Earshot;

/// <summary>Several connections that are handed out in turn.</summary>
public interface INatsConnectionPool : IAsyncDisposable
{
    /// <summary>The next connection.</summary>
    /// <returns>A connection that belongs to the pool; do not dispose it.</returns>
    INatsConnection GetConnection();

    /// <summary>All connections.</summary>
    /// <returns>The connections, which belong to the pool.</returns>
    IEnumerable<INatsConnection> GetConnections();
}
