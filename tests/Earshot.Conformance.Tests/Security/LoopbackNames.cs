using System.Net;
using Earshot.Connections;
using Earshot.Transport;

namespace Earshot.Conformance.Tests.Security;

/// <summary>A resolver for which every name under earshot.test is this machine.</summary>
internal sealed class LoopbackNames : ITransportDialer
{
    private readonly TcpDialer _tcp = new(TransportOptions.Default, TimeProvider.System);

    public ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        host.EndsWith(".earshot.test", StringComparison.Ordinal)
            ? ValueTask.FromResult<IPAddress[]>([IPAddress.Loopback])
            : _tcp.ResolveAsync(host, cancellationToken);

    public ValueTask<ITransport> DialAsync(TransportTarget target, CancellationToken cancellationToken) => _tcp.DialAsync(target, cancellationToken);

    public static NatsConnection Connect(NatsOpts opts) => new(opts, new ConnectionComposition(opts, new LoopbackNames(), new Random(1)));
}
