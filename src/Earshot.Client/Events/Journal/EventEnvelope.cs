namespace Earshot.Events;

/// <summary>
/// Writes the envelope of events: time, state, ids and snapshot, and remembers what the last move of the lifecycle made current. Not
/// thread-safe: the journal's lock guards it. Nothing is called but the clock and the snapshot source.
/// </summary>
internal struct EventEnvelope(TimeProvider time, ISnapshotSource snapshots)
{
    private readonly long _created = time.GetTimestamp();
    private NatsConnectionSnapshot _lastSnapshot = NatsConnectionSnapshot.Empty;

    public readonly TimeProvider Time => time;

    public readonly ISnapshotSource Snapshots => snapshots;

    /// <summary>The context of the event: the state of the connection.</summary>
    public JournalMove Current { get; private set; }

    /// <summary>Makes a move current, if there is one, and writes the envelope of its event.</summary>
    public void Write(NatsConnectionEvent e, in JournalMove? move)
    {
        e.PreviousState = Current.State;
        if (move is { } next)
        {
            Current = next;
        }

        (e.State, e.SessionId, e.OutageId, e.AttemptId) = (Current.State, Current.SessionId, Current.OutageId, Current.AttemptId);
        e.Timestamp = time.GetUtcNow();
        e.Elapsed = time.GetElapsedTime(_created);
        // A quiet connection has often not changed since its last event: then both share one snapshot.
        NatsConnectionSnapshot snapshot = snapshots.Capture();
        e.Snapshot = _lastSnapshot = snapshot == _lastSnapshot ? _lastSnapshot : snapshot;
        if (move?.EndsOutage is { } outage and not 0)
        {
            e.OutageId = outage;
        }
    }
}
