namespace Earshot.Events;

/// <summary>The limits of one journal. Durations run on the journal's <see cref="TimeProvider"/>.</summary>
internal sealed record JournalOptions
{
    /// <summary>Events each of the two rings holds at most; the rings start empty and grow on demand.</summary>
    public int Capacity { get; init; } = 1024;
    public TimeSpan EventDrainTimeout { get; init; } = TimeSpan.FromSeconds(2);
    public TimeSpan HandlerWarnAfter { get; init; } = TimeSpan.FromSeconds(1);
    /// <summary>0: a listener that throws is never detached.</summary>
    public int DetachAfterFaults { get; init; }
    /// <summary>What is recorded although no reader asks for it. Lossless kinds are always recorded.</summary>
    public NatsEventFilter AlwaysRecord { get; init; } =
        NatsEventFilter.Lossless | NatsEventFilter.Of(NatsEventKind.ConnectAttempt, NatsEventKind.ReconnectDelay);

    /// <summary>Readers that start with the first event for which somebody listens to what they make of it.</summary>
    public DormantReaders Dormant { get; init; }

    // What connections with these options have in common before they are open. Not a part of what the options are.
    private NatsConnectionSnapshot? _first;

    /// <summary>The snapshot of a first event, or the equal one of a connection before.</summary>
    public NatsConnectionSnapshot ShareFirst(NatsConnectionSnapshot snapshot) =>
        Volatile.Read(ref _first) is { } first && first == snapshot ? first : _first = snapshot;
}
