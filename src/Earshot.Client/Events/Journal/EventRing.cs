namespace Earshot.Events;

/// <summary>
/// The last events of one class in the order of their numbers. Grows by doubling up to its limit, then the oldest gives way.
/// Not thread-safe: the journal's lock guards it.
/// </summary>
internal struct EventRing(int limit)
{
    private const int InitialSize = 1;

    private NatsConnectionEvent[] _slots = [];
    private int _oldest;

    public int Count { get; private set; }
    public readonly int Allocated => _slots.Length;
    public readonly bool IsFull => Count == limit;

    public void Add(NatsConnectionEvent e)
    {
        if (Count == _slots.Length && Count < limit) Grow();
        if (Count < _slots.Length)
        {
            _slots[Slot(Count++)] = e;
            return;
        }

        _slots[_oldest] = e;
        _oldest = Slot(1);
    }

    /// <summary>The first event numbered above <paramref name="sequence"/>, by binary search: numbers rise but may have gaps.</summary>
    public readonly NatsConnectionEvent? FirstAfter(long sequence)
    {
        if (Count == 0 || _slots[Slot(Count - 1)].Sequence <= sequence) return null;
        var (low, high) = (0, Count - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_slots[Slot(middle)].Sequence > sequence) high = middle;
            else low = middle + 1;
        }

        return _slots[Slot(low)];
    }

    private readonly int Slot(int position)
    {
        var slot = _oldest + position;
        return slot < _slots.Length ? slot : slot - _slots.Length;
    }

    private void Grow()
    {
        var grown = new NatsConnectionEvent[Math.Min(limit, Math.Max(InitialSize, _slots.Length * 2))];
        for (var i = 0; i < Count; i++) grown[i] = _slots[Slot(i)];
        (_slots, _oldest) = (grown, 0);
    }
}
