using System.Globalization;
using Earshot.Simulation.Network;
using Earshot.Simulation.Scheduling;
using Earshot.Simulation.Streams;

namespace Earshot.Simulation.Runs;

/// <summary>The size of a run and the quality of its network.</summary>
internal sealed record RunPlan
{
    public required int Hosts { get; init; }

    public required int Clients { get; init; }

    /// <summary>How long faults are injected.</summary>
    public required TimeSpan FaultTime { get; init; }

    public required LinkQuality Quality { get; init; }

    public required NatsTestServerOptions Server { get; init; }

    /// <summary>Whether a run with JetStream has push reads and batches as well.</summary>
    public required bool HasStreamExtras { get; init; }

    public static RunPlan Draw(Chance chance, TimeProvider clock, ulong seed) => new()
    {
        HasStreamExtras = StreamPlan.HasExtrasBy(seed),
        Hosts = chance.Between(1, 5),
        Clients = chance.Between(1, 3),
        FaultTime = chance.Between(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60)),
        Quality = new LinkQuality
        {
            Latency = chance.Spread(TimeSpan.FromMicroseconds(20), TimeSpan.FromMilliseconds(100)),
            Jitter = chance.Is(0.5) ? TimeSpan.Zero : chance.Spread(TimeSpan.FromMicroseconds(10), TimeSpan.FromMilliseconds(50)),
            Splits = chance.Of(0, 0.2, 1),
            Window = chance.Of(4_000_000, 64 * 1024, 2_000),
            ReportsProgress = chance.Is(0.7),
        },
        Server = new NatsTestServerOptions
        {
            Listen = false,
            JetStream = StreamPlan.IsChosenBy(seed),
            TimeProvider = clock,
            RealTime = clock,
            Random = chance.Random(),
            PublishedCapacity = 0,
            PingInterval = chance.Of(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(5)),
            LameDuckGracePeriod = chance.Of(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5)),
            LameDuckDuration = chance.Of(TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(20)),
        },
    };

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Hosts} hosts, {Clients} clients, faults for {FaultTime.TotalSeconds:F1} s, {Quality}");
}
