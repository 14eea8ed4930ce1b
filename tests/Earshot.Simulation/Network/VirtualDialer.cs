using System.Net;
using Earshot.Simulation.Scheduling;
using Earshot.Transport;

namespace Earshot.Simulation.Network;

/// <summary>Dials hosts of the simulated network for one client.</summary>
internal sealed class VirtualDialer(VirtualNetwork network, Actor client, TimeProvider clock) : ITransportDialer
{
    public bool ResolvesNames => false;

    public ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) => ValueTask.FromResult<IPAddress[]>([IPAddress.Loopback]);

    public async ValueTask<ITransport> DialAsync(TransportTarget target, CancellationToken cancellationToken) =>
        (await network.ConnectAsync(target.Port, client, clock, cancellationToken).ConfigureAwait(false)).Client;
}
