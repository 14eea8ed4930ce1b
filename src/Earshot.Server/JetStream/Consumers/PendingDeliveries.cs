namespace Earshot.Server.JetStream;

/// <summary>The messages of a consumer that wait for their acks, and those of them that are to be delivered again.</summary>
internal sealed class PendingDeliveries
{
    private readonly SortedDictionary<ulong, PendingDelivery> _pending = [];
    private readonly LinkedList<ulong> _again = new();
    private readonly HashSet<ulong> _exhausted = [];

    public int Count => _pending.Count;

    /// <summary>The number of messages that were delivered more than once and have no ack.</summary>
    public int Redelivered => _pending.Values.Count(delivery => delivery.Deliveries > 1) + _exhausted.Count;

    public IEnumerable<ulong> Sequences => _pending.Keys;

    public bool HasDue => _again.Count > 0;

    /// <summary>The first message without an ack; null: none.</summary>
    public (ulong Sequence, PendingDelivery Delivery)? First => _pending.Count == 0 ? null : (_pending.First().Key, _pending.First().Value);

    public DateTimeOffset? NextDeadline => _pending.Count == 0 ? null : _pending.Values.Min(delivery => delivery.Deadline);

    public bool TryGet(ulong sequence, out PendingDelivery delivery) => _pending.TryGetValue(sequence, out delivery);

    public void Delivered(ulong sequence, in PendingDelivery delivery) => _pending[sequence] = delivery;

    /// <summary>The message was delivered as often as it may be: it is not delivered again, and its ack is not awaited.</summary>
    public void Exhaust(ulong sequence)
    {
        Remove(sequence);
        _exhausted.Add(sequence);
    }

    public bool IsExhausted(ulong sequence) => _exhausted.Contains(sequence);

    public bool Remove(ulong sequence)
    {
        _exhausted.Remove(sequence);
        _again.Remove(sequence);
        return _pending.Remove(sequence);
    }

    public void Clear()
    {
        _pending.Clear();
        _again.Clear();
        _exhausted.Clear();
    }

    /// <summary>The message is delivered again at this time, or with the next pull.</summary>
    public void Schedule(ulong sequence, DateTimeOffset? deadline)
    {
        if (_pending.TryGetValue(sequence, out PendingDelivery delivery))
        {
            _pending[sequence] = delivery with { Deadline = deadline };
            _again.Remove(sequence);
            if (deadline is null)
            {
                _again.AddLast(sequence);
            }
        }
    }

    /// <summary>The messages whose deadline has passed are delivered again.</summary>
    public void Expire(DateTimeOffset now)
    {
        foreach (ulong sequence in _pending.Where(entry => entry.Value.Deadline <= now).Select(entry => entry.Key).ToList())
        {
            Schedule(sequence, null);
        }
    }

    /// <summary>Takes the next message that is to be delivered again.</summary>
    public bool TryTakeDue(out ulong sequence)
    {
        sequence = _again.First?.Value ?? 0;
        if (_again.Count == 0)
        {
            return false;
        }

        _again.RemoveFirst();
        return true;
    }
}
