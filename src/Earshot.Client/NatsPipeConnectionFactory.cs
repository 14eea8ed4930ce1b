using System.IO.Pipelines;

namespace Earshot;

/// <summary>A factory of connections over pairs of pipes, as in-process servers provide them.</summary>
/// <param name="connect">Returns the client's end of the pipes for one attempt.</param>
public sealed class NatsPipeConnectionFactory(Func<Uri, CancellationToken, ValueTask<IDuplexPipe>> connect) : INatsSocketConnectionFactory
{
    /// <inheritdoc/>
    public async ValueTask<INatsSocketConnection> ConnectAsync(Uri uri, NatsOpts opts, CancellationToken cancellationToken) =>
        new NatsPipeConnection(await connect(uri, cancellationToken).ConfigureAwait(false));
}
