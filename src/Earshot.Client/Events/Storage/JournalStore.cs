namespace Earshot.Events;

/// <summary>
/// The events the journal still holds: one ring for lossless and one for coalescable kinds, so that the latter can never displace
/// the former, and the memory of what was in them. Not thread-safe: the journal's lock guards it.
/// </summary>
internal sealed class JournalStore(int capacity)
{
    private const int HistoryPerEvent = 16;

    private EventRing _lossless;
    private EventRing _coalescable;
    private KindHistory? _history; // made when the first event gives way: until then the events are all there

    public int LosslessAllocated => _lossless.Allocated;
    public int CoalescableAllocated => _coalescable.Allocated;

    public void Add(NatsConnectionEvent e)
    {
        if (_history is null && (e.IsCoalescable ? _coalescable : _lossless).Count == capacity)
        {
            _history = HistoryOfAll();
        }

        _history?.Add(e.Kind);
        if (e.IsCoalescable)
        {
            _coalescable.Add(e, capacity);
        }
        else
        {
            _lossless.Add(e, capacity);
        }
    }

    public NatsConnectionEvent? FirstAfter(long sequence)
    {
        NatsConnectionEvent? lossless = _lossless.FirstAfter(sequence);
        if (_coalescable.FirstAfter(sequence) is not { } other)
        {
            return lossless;
        }

        return lossless is null || other.Sequence < lossless.Sequence ? other : lossless;
    }

    /// <summary>What stands for the missing events, or <see langword="null"/> when none of them was wanted.</summary>
    public NatsEventsMissedEvent? Missed(long from, long to, NatsEventFilter filter)
    {
        Dictionary<NatsEventKind, int> counts = _history?.Count(from, to) ?? [];
        int known = 0;
        bool wanted = false;
        foreach ((NatsEventKind kind, int count) in counts)
        {
            known += count;
            wanted |= filter.Includes(kind);
        }

        if (!wanted && known == to - from + 1)
        {
            return null;
        }

        return new NatsEventsMissedEvent { FromSequence = from, ToSequence = to, Counts = counts.AsReadOnly() };
    }

    private KindHistory HistoryOfAll()
    {
        var history = new KindHistory(capacity * HistoryPerEvent);
        for (NatsConnectionEvent? e = FirstAfter(0); e is not null; e = FirstAfter(e.Sequence))
        {
            history.Add(e.Kind);
        }

        return history;
    }
}
