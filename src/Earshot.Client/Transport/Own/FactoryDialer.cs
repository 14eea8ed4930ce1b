using System.Net;

namespace Earshot.Transport;

/// <summary>Dials through the application's own factory, which gets the URL without credentials and resolves names as it likes.</summary>
internal sealed class FactoryDialer(Func<Uri, CancellationToken, ValueTask<INatsSocketConnection>> factory) : ITransportDialer
{
    public bool ResolvesNames => false;

    public ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("The application's factory resolves names itself.");

    public async ValueTask<ITransport> DialAsync(TransportTarget target, CancellationToken cancellationToken)
    {
        string host = target.Host.Contains(':', StringComparison.Ordinal) ? $"[{target.Host}]" : target.Host;
        await Task.Yield(); // user code never runs on the loop that started the attempt
        INatsSocketConnection? connection = await factory(new Uri($"{target.Scheme}://{host}:{target.Port}"), cancellationToken)
            .AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        return new SocketConnectionTransport(connection ?? throw new IOException("NatsOpts.SocketConnectionFactory returned null."));
    }
}
