namespace Earshot.Events;

/// <summary>
/// The events the journal still holds, and the memory of what was in them. Coalescable kinds have a ring of their own, so that they can
/// never displace others. So have the kinds that say what became of the connection (lifecycle, cluster, drain), so that a long
/// outage with thousands of failed attempts cannot push out its cause. Not thread-safe: the journal's lock guards it.
/// </summary>
internal sealed class JournalStore(int capacity)
{
    /// <summary>Events that the ring of the lifecycle holds at most.</summary>
    public const int LifecycleCapacity = 128;

    private const int HistoryPerEvent = 16;

    private EventRing _lifecycle;
    private EventRing _lossless;
    private EventRing _coalescable;
    private KindHistory? _history; // created when the first event is evicted: until then all events are kept

    public int LifecycleAllocated => _lifecycle.Allocated;
    public int LosslessAllocated => _lossless.Allocated;
    public int CoalescableAllocated => _coalescable.Allocated;

    public void Add(NatsConnectionEvent e)
    {
        ref EventRing ring = ref _lossless;
        int limit = capacity;
        if (e.IsCoalescable)
        {
            ring = ref _coalescable;
        }
        else if (IsLifecycle(e.Category))
        {
            ring = ref _lifecycle;
            limit = LifecycleCapacity;
        }

        if (_history is null && ring.Count == limit)
        {
            _history = HistoryOfAll();
        }

        _history?.Add(e.Kind);
        ring.Add(e, limit);
    }

    public NatsConnectionEvent? FirstAfter(long sequence) =>
        Earlier(Earlier(_lifecycle.FirstAfter(sequence), _lossless.FirstAfter(sequence)), _coalescable.FirstAfter(sequence));

    /// <summary>The event that represents the missing events, or <see langword="null"/> when none of them matches the filter.</summary>
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

    private static bool IsLifecycle(NatsEventCategory category) =>
        category is NatsEventCategory.Lifecycle or NatsEventCategory.Cluster or NatsEventCategory.Drain;

    private static NatsConnectionEvent? Earlier(NatsConnectionEvent? one, NatsConnectionEvent? other) =>
        one is null || other?.Sequence < one.Sequence ? other : one;

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
