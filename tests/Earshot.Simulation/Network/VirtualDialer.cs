using System.Net;
using Earshot.Simulation.Scheduling;
using Earshot.Transport;

namespace Earshot.Simulation.Network;

/// <summary>Dials hosts of the simulated network for one client.</summary>
internal sealed class VirtualDialer(VirtualNetwork network, Actor client, TimeProvider clock) : ITransportDialer
{
    public bool ResolvesNames => network.Names is not null;

    public async ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        network.Names is { } names ? await names.ResolveAsync(host, clock).ConfigureAwait(false) : [IPAddress.Loopback];

    public async ValueTask<ITransport> DialAsync(TransportTarget target, CancellationToken cancellationToken) =>
        (await network.ConnectAsync(target, client, clock, cancellationToken).ConfigureAwait(false)).Client;
}
