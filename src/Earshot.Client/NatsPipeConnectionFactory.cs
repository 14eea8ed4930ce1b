using System.IO.Pipelines;

namespace Earshot;

/// <summary>Connections over pairs of pipes, as in-process servers hand them out.</summary>
/// <param name="connect">Gives the client's ends for one attempt.</param>
public sealed class NatsPipeConnectionFactory(Func<Uri, CancellationToken, ValueTask<IDuplexPipe>> connect) : INatsSocketConnectionFactory
{
    /// <inheritdoc/>
    public async ValueTask<INatsSocketConnection> ConnectAsync(Uri uri, NatsOpts opts, CancellationToken cancellationToken) =>
        new NatsPipeConnection(await connect(uri, cancellationToken).ConfigureAwait(false));
}
