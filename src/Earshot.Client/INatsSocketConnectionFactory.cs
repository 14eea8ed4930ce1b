namespace Earshot;

/// <summary>Makes the connections of an application's own kind.</summary>
public interface INatsSocketConnectionFactory
{
    /// <summary>Connects to a server; a throw fails this attempt only.</summary>
    /// <param name="uri">The server, without credentials.</param>
    /// <param name="opts">The options of the connection.</param>
    /// <param name="cancellationToken">Ends with the attempt.</param>
    /// <returns>The connection; the client disposes it.</returns>
    ValueTask<INatsSocketConnection> ConnectAsync(Uri uri, NatsOpts opts, CancellationToken cancellationToken);
}
