namespace Earshot.Fleet;

/// <summary>One of the two streams as a reader knows it.</summary>
/// <param name="Name">The name of the stream.</param>
/// <param name="Exists">Whether it exists; null while no answer was received.</param>
public sealed record FleetStreamState(string Name, bool? Exists)
{
    /// <summary>Why it cannot be read at the moment and what to do, as a sentence; null when it can.</summary>
    public string? Problem { get; init; }

    /// <summary>The number of messages that were read, each once.</summary>
    public long Messages { get; init; }

    /// <summary>The number of these that are no records, or whose subject does not fit their content; they were ignored.</summary>
    public long Malformed { get; init; }

    /// <summary>The number of messages that the stream had removed before they were read.</summary>
    public long Missed { get; init; }

    /// <summary>The number of records that are kept.</summary>
    public int Records { get; init; }

    /// <summary>The number of records that were removed because there were more than <see cref="FleetReaderOptions.MaxRecords"/>.</summary>
    public long Evicted { get; init; }

    /// <summary>When the newest message was stored, in UTC; null before the first.</summary>
    public DateTimeOffset? LastStored { get; init; }
}
