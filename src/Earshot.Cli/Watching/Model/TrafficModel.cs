namespace Earshot.Cli.Watching;

/// <summary>Rates in and out and pending bytes, from the counters of snapshots. Immutable.</summary>
internal sealed record TrafficModel
{
    // Counters that are read within the same moment say nothing about a rate.
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(0.9);

    internal static readonly TrafficModel Nothing = new();

    private DateTimeOffset? _since;
    private NatsStats _counted;

    /// <summary>Bytes per second that were read.</summary>
    internal Measurements In { get; private init; } = Measurements.Nothing;

    /// <summary>Bytes per second that were written.</summary>
    internal Measurements Out { get; private init; } = Measurements.Nothing;

    /// <summary>The counters of the newest snapshot.</summary>
    internal NatsStats Stats { get; private init; }

    internal TrafficModel Read(DateTimeOffset at, NatsStats stats)
    {
        if (_since is not { } since)
        {
            return new TrafficModel { _since = at, _counted = stats, Stats = stats };
        }

        double seconds = (at - since).TotalSeconds;
        if (seconds < s_shortest.TotalSeconds)
        {
            return this with { Stats = stats };
        }

        return new TrafficModel
        {
            _since = at,
            _counted = stats,
            Stats = stats,
            In = In.Add(at, Math.Max(0, stats.ReceivedBytes - _counted.ReceivedBytes) / seconds),
            Out = Out.Add(at, Math.Max(0, stats.SentBytes - _counted.SentBytes) / seconds),
        };
    }
}
