namespace Earshot.Server.JetStream;

/// <summary>The messages of a consumer that wait for their acks, and those of them that are to be delivered again.</summary>
internal sealed class PendingDeliveries
{
    private const int FewStale = 64;

    private readonly Dictionary<ulong, PendingDelivery> _pending = [];
    private readonly List<ulong> _order = []; // ascending; may have sequences that are not pending any more
    private readonly LinkedList<ulong> _again = new();
    private readonly Dictionary<ulong, ulong> _exhausted = [];
    private int _head; // what precedes it in the order is not pending

    public int Count => _pending.Count;

    /// <summary>The number of messages that were delivered more than once and have no ack.</summary>
    public int Redelivered => _pending.Values.Count(delivery => delivery.Deliveries > 1) + _exhausted.Values.Count(deliveries => deliveries > 1);

    /// <summary>Their sequences in ascending order.</summary>
    public IEnumerable<ulong> Sequences => _order.Skip(_head).Where(_pending.ContainsKey);

    /// <summary>The number of messages that are to be delivered again now.</summary>
    public int DueCount => _again.Count;

    /// <summary>The first message without an ack; null: none.</summary>
    public (ulong Sequence, PendingDelivery Delivery)? First
    {
        get
        {
            for (; _head < _order.Count; _head++)
            {
                if (_pending.TryGetValue(_order[_head], out PendingDelivery delivery))
                {
                    return (_order[_head], delivery);
                }
            }

            return null;
        }
    }

    public DateTimeOffset? NextDeadline => _pending.Count == 0 ? null : _pending.Values.Min(delivery => delivery.Deadline);

    public bool TryGet(ulong sequence, out PendingDelivery delivery) => _pending.TryGetValue(sequence, out delivery);

    public void Delivered(ulong sequence, in PendingDelivery delivery)
    {
        if (_pending.TryAdd(sequence, delivery))
        {
            Order(sequence);
        }
        else
        {
            _pending[sequence] = delivery;
        }
    }

    /// <summary>The message was delivered as often as it may be: it is not delivered again, and its ack is not awaited.</summary>
    public void Exhaust(ulong sequence, ulong deliveries)
    {
        Remove(sequence);
        _exhausted.Add(sequence, deliveries);
    }

    public bool IsExhausted(ulong sequence) => _exhausted.ContainsKey(sequence);

    public bool Remove(ulong sequence) => Remove(sequence, out _);

    /// <summary>Removes a message. Returns false when it was not pending.</summary>
    public bool Remove(ulong sequence, out PendingDelivery delivery)
    {
        if (_exhausted.Count > 0)
        {
            _exhausted.Remove(sequence);
        }

        if (_again.Count > 0)
        {
            _again.Remove(sequence);
        }

        return _pending.Remove(sequence, out delivery);
    }

    public void Clear()
    {
        _pending.Clear();
        _order.Clear();
        _again.Clear();
        _exhausted.Clear();
        _head = 0;
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

    /// <summary>All messages are delivered again with the next deliveries.</summary>
    public void ScheduleAll()
    {
        foreach (ulong sequence in Sequences.Where(sequence => _pending[sequence].Deadline is not null).ToList())
        {
            Schedule(sequence, null);
        }
    }

    /// <summary>A message that was taken with <see cref="TryTakeDue"/> could not be delivered.</summary>
    public void Return(ulong sequence, bool isFirst)
    {
        if (isFirst)
        {
            _again.AddFirst(sequence);
        }
        else
        {
            _again.AddLast(sequence);
        }
    }

    /// <summary>The messages whose deadline has passed are delivered again.</summary>
    public void Expire(DateTimeOffset now)
    {
        foreach (ulong sequence in Sequences.Where(sequence => _pending[sequence].Deadline <= now).ToList())
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

    private void Order(ulong sequence)
    {
        if (_order.Count > (2 * _pending.Count) + FewStale)
        {
            _order.RemoveRange(0, _head);
            _order.RemoveAll(stale => !_pending.ContainsKey(stale));
            _head = 0;
        }

        int index = _order.Count == 0 || _order[^1] < sequence ? _order.Count : _order.BinarySearch(sequence);
        if (index < 0)
        {
            _order.Insert(~index, sequence);
        }
        else if (index == _order.Count)
        {
            _order.Add(sequence);
        }

        _head = Math.Min(_head, index < 0 ? ~index : index);
    }
}
