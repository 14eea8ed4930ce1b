using Earshot.Dashboard.Timeline;

namespace Earshot.Dashboard.Feeds;

/// <summary>The last events of all connections, in the order of their arrival. Not thread-safe: the lock of <see cref="ConnectionFeeds"/> guards it.</summary>
internal sealed class EventRing(int capacity)
{
    private StoredEvent[] _slots = new StoredEvent[Math.Min(16, capacity)];

    /// <summary>The number of the newest event; 0 before the first.</summary>
    internal long LastId { get; private set; }

    /// <summary>The number of the oldest event that is kept.</summary>
    internal long FirstId => Math.Max(1, LastId - capacity + 1);

    internal long Add(int track, TimedEvent e)
    {
        if (LastId >= _slots.Length && _slots.Length < capacity)
        {
            // Until the ring has its full size nothing was replaced, so the order is that of the slots.
            Array.Resize(ref _slots, Math.Min(capacity, _slots.Length * 2));
        }

        LastId++;
        _slots[(LastId - 1) % _slots.Length] = new StoredEvent(LastId, track, e);
        return LastId;
    }

    /// <summary>Returns at most <paramref name="most"/> events that follow a number, in order.</summary>
    internal IReadOnlyList<StoredEvent> After(long id, int most)
    {
        long from = Math.Max(id + 1, FirstId);
        int count = (int)Math.Clamp(LastId - from + 1, 0, most);
        var events = new StoredEvent[count];
        for (int i = 0; i < count; i++)
        {
            events[i] = _slots[(from + i - 1) % _slots.Length];
        }

        return events;
    }
}
