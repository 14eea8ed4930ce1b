namespace Earshot.Events;

/// <summary>The readers of one journal: all of them, and those that wait. Not thread-safe: the journal's lock guards it.</summary>
internal struct JournalReaders
{
    private List<JournalCursor>? _cursors; // made by the first
    private IdleReaders _idle;

    public void Add(JournalCursor cursor) => (_cursors ??= []).Add(cursor);

    /// <summary>Takes a reader out. True: it was parked and the caller has to signal it.</summary>
    public bool Remove(JournalCursor cursor)
    {
        cursor.IsDisposed = true;
        _cursors?.Remove(cursor);
        return _idle.Take(cursor);
    }

    public void Park(JournalCursor cursor) => _idle.Add(cursor);

    /// <summary>True: it was parked and the caller has to signal it.</summary>
    public bool Unpark(JournalCursor cursor) => _idle.Take(cursor);

    /// <summary>Takes out everyone an appended event concerns; the caller signals them after the lock is released.</summary>
    public JournalCursor? TakeReadersOf(NatsConnectionEvent e) => _idle.TakeReadersOf(e);

    /// <summary>The kinds that at least one reader requests.</summary>
    public readonly NatsEventFilter Wanted()
    {
        NatsEventFilter filter = NatsEventFilter.None;
        foreach (JournalCursor cursor in _cursors ?? [])
        {
            filter |= cursor.Filter;
        }

        return filter;
    }

    /// <summary>The handlers that have something left to do up to Closed. A parked one that did not ask for it has not, unless calls of it still run.</summary>
    public readonly IEnumerable<object> BusyUntil(NatsClosedEvent closed) =>
        (_cursors ?? []).Where(c => c.Owner is not null && !(c.IsParked && !c.HasCalls && c.After >= closed.Sequence)).Select(c => c.Owner!);
}
