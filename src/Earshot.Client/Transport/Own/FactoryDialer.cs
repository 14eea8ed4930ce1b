using System.Net;

namespace Earshot.Transport;

/// <summary>Dials through the application's own factory, which gets the URL without credentials and resolves names as it likes. The caller keeps it off its loops and bounds its time.</summary>
internal sealed class FactoryDialer(Func<Uri, CancellationToken, ValueTask<INatsSocketConnection>> factory) : ITransportDialer
{
    public bool ResolvesNames => false;

    public bool IsOfApplication => true;

    public ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("NatsOpts.SocketConnectionFactory resolves host names.");

    public async ValueTask<ITransport> DialAsync(TransportTarget target, CancellationToken cancellationToken)
    {
        string host = target.Host.Contains(':', StringComparison.Ordinal) ? $"[{target.Host}]" : target.Host;
        INatsSocketConnection? connection = await factory(new Uri($"{target.Scheme}://{host}:{target.Port}"), cancellationToken).ConfigureAwait(false);
        return new SocketConnectionTransport(connection ?? throw new IOException("NatsOpts.SocketConnectionFactory returned null."));
    }
}
