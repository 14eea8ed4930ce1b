namespace Earshot;

/// <summary>A pool of connections that are returned in rotation.</summary>
public interface INatsConnectionPool : IAsyncDisposable
{
    /// <summary>Returns the next connection of the pool.</summary>
    /// <returns>A connection that the pool owns; do not dispose it.</returns>
    INatsConnection GetConnection();

    /// <summary>Returns all connections of the pool.</summary>
    /// <returns>The connections, which the pool owns.</returns>
    IEnumerable<INatsConnection> GetConnections();
}
