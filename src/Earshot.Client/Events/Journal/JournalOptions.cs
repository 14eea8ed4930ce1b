namespace Earshot.Events;

/// <summary>The limits of one journal. Durations run on the journal's <see cref="TimeProvider"/>; the defaults are those of <c>NatsOpts</c>.</summary>
internal sealed record JournalOptions
{
    /// <summary>Events that the ring of lossless and that of coalescable kinds holds at most; the rings start empty and grow on demand. That of the lifecycle has a size of its own.</summary>
    public required int Capacity { get; init; }
    public required TimeSpan EventDrainTimeout { get; init; }
    public required TimeSpan HandlerStallThreshold { get; init; }
    /// <summary>0: a listener that throws is never detached.</summary>
    public required int DetachAfterFaults { get; init; }
    /// <summary>The kinds that are recorded although no reader requests them. Lossless kinds are always recorded.</summary>
    public required NatsEventFilter AlwaysRecord { get; init; }
    /// <summary>The name of the connection, for measurements; null: a journal without a connection.</summary>
    public string? ConnectionName { get; init; }
    /// <summary>Readers that start with the first event at which the process listens to their output.</summary>
    public required IOnDemandReaders? OnDemand { get; init; }
}
