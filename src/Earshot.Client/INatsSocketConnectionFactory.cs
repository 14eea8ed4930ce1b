namespace Earshot;

/// <summary>A factory of transport connections that an application supplies in place of TCP.</summary>
public interface INatsSocketConnectionFactory
{
    /// <summary>Connects to a server; an exception fails this attempt only.</summary>
    /// <param name="uri">The URL of the server, without credentials.</param>
    /// <param name="opts">The options of the connection.</param>
    /// <param name="cancellationToken">Cancelled when the attempt ends.</param>
    /// <returns>A task that completes with the connection, which the client disposes.</returns>
    ValueTask<INatsSocketConnection> ConnectAsync(Uri uri, NatsOpts opts, CancellationToken cancellationToken);
}
