namespace Earshot.Timing;

/// <summary>
/// A binary heap whose elements know their own index, so that moving and removing one costs no search and no allocation.
/// Not thread-safe; the queue's lock guards it.
/// </summary>
internal sealed class TimerHeap
{
    private TimerEntry?[] _entries = new TimerEntry?[16];

    public int Count { get; private set; }

    public TimerEntry First => _entries[0]!;

    /// <summary>Adds the entry, or moves it to where its changed due time belongs.</summary>
    public void Put(TimerEntry entry)
    {
        if (entry.HeapIndex < 0)
        {
            if (Count == _entries.Length)
            {
                Array.Resize(ref _entries, Count * 2);
            }

            Place(entry, Count++);
        }

        Settle(entry);
    }

    public bool Remove(TimerEntry entry)
    {
        int index = entry.HeapIndex;
        if (index < 0)
        {
            return false;
        }

        entry.HeapIndex = -1;
        TimerEntry last = _entries[--Count]!;
        _entries[Count] = null;
        if (!ReferenceEquals(last, entry))
        {
            Place(last, index);
            Settle(last);
        }

        return true;
    }

    private static bool IsBefore(TimerEntry left, TimerEntry right) =>
        left.Due != right.Due ? left.Due < right.Due : left.Order < right.Order;

    private void Place(TimerEntry entry, int index)
    {
        _entries[index] = entry;
        entry.HeapIndex = index;
    }

    private void Settle(TimerEntry entry)
    {
        int index = RiseFrom(entry.HeapIndex, entry);
        Place(entry, SinkFrom(index, entry));
    }

    private int RiseFrom(int index, TimerEntry entry)
    {
        while (index > 0)
        {
            int parent = (index - 1) / 2;
            if (!IsBefore(entry, _entries[parent]!))
            {
                break;
            }

            Place(_entries[parent]!, index);
            index = parent;
        }

        return index;
    }

    private int SinkFrom(int index, TimerEntry entry)
    {
        while (true)
        {
            int child = (2 * index) + 1;
            if (child >= Count)
            {
                return index;
            }

            if (child + 1 < Count && IsBefore(_entries[child + 1]!, _entries[child]!))
            {
                child++;
            }

            if (!IsBefore(_entries[child]!, entry))
            {
                return index;
            }

            Place(_entries[child]!, index);
            index = child;
        }
    }
}
