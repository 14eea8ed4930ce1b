using System.Threading.Channels;
using Earshot.Simulation.Network;
using Earshot.Simulation.Scheduling;

namespace Earshot.Simulation.Workload;

/// <summary>The options of one connection: each is its default, or a value that makes its limit or its policy matter within a short run.</summary>
internal static class ClientOptions
{
    public static NatsOpts Draw(string name, VirtualNetwork network, Chance chance, TimeProvider clock) => new()
    {
        Name = name,
        Url = string.Join(',', Seeds([.. network.Hosts.Select(static host => host.Port)], chance).Select(port => $"nats://{network.Names?.NameOf(port) ?? "127.0.0.1"}:{port}")),
        TimeProvider = clock,
        NoRandomize = chance.Is(0.3),
        RetryOnInitialConnect = chance.Is(0.8),
        ReconnectWaitMin = chance.Of(TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(1)),
        ReconnectWaitMax = chance.Of(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1)),
        ReconnectBackoffResetAfter = chance.Of(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1)),
        ReconnectTimeLimit = chance.Is(0.2) ? TimeSpan.FromSeconds(8) : null,
        ConnectTimeout = chance.Of(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1)),
        PingInterval = chance.Of(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2)),
        CommandTimeout = chance.Of(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1)),
        RequestTimeout = chance.Of(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1)),
        RequestsOnDisconnect = chance.Is(0.7) ? NatsRequestFailMode.FailImmediately : NatsRequestFailMode.WaitForTimeout,
        PendingBufferSize = chance.Of(8L * 1024 * 1024, 64 * 1024),
        PendingBufferPolicy = chance.Of(NatsPendingBufferPolicy.Wait, NatsPendingBufferPolicy.Wait, NatsPendingBufferPolicy.Fail, NatsPendingBufferPolicy.NoBuffering),
        SubPendingChannelCapacity = chance.Of(65_536, 16),
        SubPendingChannelFullMode = chance.Of(BoundedChannelFullMode.DropNewest, BoundedChannelFullMode.DropOldest, BoundedChannelFullMode.Wait),
        LameDuckPolicy = chance.Of(NatsLameDuckPolicy.Migrate, NatsLameDuckPolicy.Migrate, NatsLameDuckPolicy.Notify),
        IgnoreDiscoveredServers = chance.Is(network.Names is null ? 0.2 : 0.6), // discovered servers have addresses
        DrainTimeout = chance.Of(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(3)),
        EventCapacity = 256,
    };

    // Servers that are not among them are found by what the others advertise.
    private static IEnumerable<int> Seeds(IReadOnlyList<int> ports, Chance chance) => chance.Is(0.6) ? ports : ports.Take(chance.Between(1, ports.Count));
}
