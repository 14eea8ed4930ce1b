using System.Collections.Immutable;

namespace Earshot.Cli.Watching;

/// <summary>The newest measurements of one quantity, in the order of time. Immutable.</summary>
internal sealed record Measurements
{
    // An hour of one measurement per second.
    private const int Capacity = 3600;
    private const int Evicted = 360;

    internal static readonly Measurements Nothing = new();

    /// <summary>All measurements that are kept, the oldest first.</summary>
    internal ImmutableList<Measurement> All { get; private init; } = [];

    /// <summary>The newest measurement; null when there is none.</summary>
    internal Measurement? Last => All.IsEmpty ? null : All[^1];

    internal Measurements Add(DateTimeOffset at, double value)
    {
        ImmutableList<Measurement> kept = All.Count < Capacity ? All : All.RemoveRange(0, Evicted);
        return new Measurements { All = kept.Add(new Measurement(at, value)) };
    }
}
