namespace Earshot.Events;

/// <summary>
/// The readers that have read everything and wait, linked through the cursors so that waking allocates nothing. Not thread-safe: the
/// journal's lock guards it. The code that takes a reader out has to signal it, after that lock is released.
/// </summary>
internal struct IdleReaders
{
    private JournalCursor? _first;

    public void Add(JournalCursor cursor)
    {
        cursor.IsParked = true;
        (cursor.NextParked, _first) = (_first, cursor);
    }

    /// <summary>True: it was parked.</summary>
    public bool Take(JournalCursor cursor)
    {
        if (!cursor.IsParked)
        {
            return false;
        }

        cursor.IsParked = false;
        if (_first == cursor)
        {
            _first = cursor.NextParked;
        }

        for (JournalCursor? other = _first; other is not null; other = other.NextParked)
        {
            if (other.NextParked == cursor)
            {
                other.NextParked = cursor.NextParked;
            }
        }

        cursor.NextParked = null;
        return true;
    }

    /// <summary>
    /// Takes out everyone an appended event concerns, as a list linked by NextParked. A parked reader has read everything before; one
    /// that does not want this event is moved past it instead of being woken, so that it can never miss what it did not ask for.
    /// </summary>
    public JournalCursor? TakeReadersOf(NatsConnectionEvent e)
    {
        JournalCursor? taken = null, kept = null;
        for (JournalCursor? cursor = _first; cursor is not null;)
        {
            JournalCursor? next = cursor.NextParked;
            if (cursor.Asks(e) || cursor.AsksForStatus(e) || (e is NatsClosedEvent && cursor.LastRun <= e.Run))
            {
                cursor.IsParked = false;
                (cursor.NextParked, taken) = (taken, cursor);
            }
            else
            {
                cursor.After = e.Sequence;
                (cursor.NextParked, kept) = (kept, cursor);
            }

            cursor = next;
        }

        _first = kept;
        return taken;
    }
}
