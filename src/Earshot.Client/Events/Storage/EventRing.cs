namespace Earshot.Events;

/// <summary>
/// The last events of one class in the order of their numbers. Grows by doubling up to its limit, which it is told and is always the
/// same, then the oldest gives way. Not thread-safe: the journal's lock guards it.
/// </summary>
internal struct EventRing
{
    private const int InitialSize = 1;

    private NatsConnectionEvent[]? _slots; // made by the first
    private int _oldest;

    public int Count { get; private set; }
    public readonly int Allocated => _slots?.Length ?? 0;

    public void Add(NatsConnectionEvent e, int limit)
    {
        if (Count == Allocated && Count < limit)
        {
            Grow(limit);
        }

        if (Count < Allocated)
        {
            _slots![Slot(Count++)] = e;
            return;
        }

        _slots![_oldest] = e;
        _oldest = Slot(1);
    }

    /// <summary>The first event numbered above <paramref name="sequence"/>, by binary search: numbers rise but may have gaps.</summary>
    public readonly NatsConnectionEvent? FirstAfter(long sequence)
    {
        if (Count == 0 || At(Count - 1).Sequence <= sequence)
        {
            return null;
        }

        (int low, int high) = (0, Count - 1);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (At(middle).Sequence > sequence)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return At(low);
    }

    private readonly NatsConnectionEvent At(int position) => _slots![Slot(position)];

    private readonly int Slot(int position)
    {
        int slot = _oldest + position;
        return slot < Allocated ? slot : slot - Allocated;
    }

    private void Grow(int limit)
    {
        var grown = new NatsConnectionEvent[Math.Min(limit, Math.Max(InitialSize, Allocated * 2))];
        for (int i = 0; i < Count; i++)
        {
            grown[i] = At(i);
        }

        (_slots, _oldest) = (grown, 0);
    }
}
