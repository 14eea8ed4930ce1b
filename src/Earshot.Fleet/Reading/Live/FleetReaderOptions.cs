namespace Earshot.Fleet;

/// <summary>How much of the streams is read and kept. Immutable; the defaults fit a fleet of 10,000 connections.</summary>
public sealed record FleetReaderOptions
{
    /// <summary>How far back messages are read, and how long their records are kept, by the time at which the stream stored them. Default: 1 h.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The maximum number of records that are kept of each stream; the oldest are removed and counted. Default: 250,000.</summary>
    public int MaxRecords { get; init; } = 250_000;

    /// <summary>What is kept of addresses. Credentials are never kept. Default: <see cref="FleetRedaction.Default"/>.</summary>
    public FleetRedaction Redaction { get; init; } = FleetRedaction.Default;

    internal FleetReaderOptions Checked()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Window, TimeSpan.Zero, nameof(Window));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Window, TimeSpan.FromDays(3650), nameof(Window));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRecords, 1, nameof(MaxRecords));
        return this;
    }
}
