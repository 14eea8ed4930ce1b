namespace Earshot.Events;

/// <summary>The limits of one journal. Durations run on the journal's <see cref="TimeProvider"/>; the defaults are those of <c>NatsOpts</c>.</summary>
internal sealed record JournalOptions
{
    // What connections with these options have in common before they are open. Not a part of what the options are.
    private NatsConnectionSnapshot? _first;

    /// <summary>Events each of the two rings holds at most; the rings start empty and grow on demand.</summary>
    public required int Capacity { get; init; }
    public required TimeSpan EventDrainTimeout { get; init; }
    public required TimeSpan HandlerWarnAfter { get; init; }
    /// <summary>0: a listener that throws is never detached.</summary>
    public required int DetachAfterFaults { get; init; }
    /// <summary>What is recorded although no reader asks for it. Lossless kinds are always recorded.</summary>
    public required NatsEventFilter AlwaysRecord { get; init; }
    /// <summary>Readers that start with the first event for which somebody listens to what they make of it.</summary>
    public required IDormantReaders? Dormant { get; init; }

    /// <summary>The snapshot of a first event, or the equal one of a connection before.</summary>
    public NatsConnectionSnapshot ShareFirst(NatsConnectionSnapshot snapshot) =>
        Volatile.Read(ref _first) is { } first && first == snapshot ? first : _first = snapshot;
}
