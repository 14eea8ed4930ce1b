namespace Earshot.Server.JetStream;

/// <summary>How far a consumer is in its stream: what it selects, what it delivers next, what has no ack, and where its floors are.</summary>
internal sealed class ConsumerProgress
{
    private readonly StreamState _stream;
    private SubjectFilter _filter;

    public ConsumerProgress(StreamState stream, ConsumerConfig config)
    {
        _stream = stream;
        _filter = new SubjectFilter(config.Filters);
        Cursor = new ConsumerCursor(stream, _filter, config);
        Position = new ConsumerPosition(Cursor.Floor);
    }

    public ConsumerCursor Cursor { get; }

    public ConsumerPosition Position { get; private set; }

    public PendingDeliveries Pending { get; } = new();

    /// <summary>Continues at the same place with other filters.</summary>
    public void Select(IEnumerable<string> filters)
    {
        _filter = new SubjectFilter(filters);
        Cursor.Select(_filter);
    }

    public bool Selects(ReadOnlySpan<byte> subject) => _filter.Matches(subject);

    public bool Needs(StoredMessage message) =>
        _filter.Matches(message.Subject) && (Cursor.IsAhead(message.Sequence) || Pending.TryGet(message.Sequence, out _) || Pending.IsExhausted(message.Sequence));

    /// <summary>A message without an ack that is removed is settled as if it had one, unless the filters have changed and do not select it any more.</summary>
    public void Removed(StoredMessage message, bool isExplicit, DateTimeOffset now)
    {
        Cursor.Removed(message);
        if (!_filter.Matches(message.Subject))
        {
            return;
        }

        Settle(message.Sequence, isExplicit || !Pending.TryGet(message.Sequence, out _), now);
    }

    /// <summary>A purge of all that the consumer selects moves it to what is left; one of a part of it, to the first message of the stream.</summary>
    public void Purged(SubjectFilter filter, ulong first, ulong selected, DateTimeOffset now)
    {
        ulong start = filter.IsAll ? first
            : _filter.IsPartOf(filter) ? selected > 0 ? selected : _stream.Messages.LastSequence + 1
            : _filter.IsAll || filter.HasPartOf(_filter) || _filter.HasPartOf(filter) ? first
            : 0;
        if (start > 0)
        {
            foreach (ulong lost in Pending.Sequences.TakeWhile(sequence => sequence < start).ToList())
            {
                Pending.Remove(lost, out PendingDelivery delivery);
                Position.Lose(delivery.ConsumerSequence, now);
            }

            Position.Skip(start - 1, Cursor.Skip(start), Pending.Count > 0);
        }
    }

    // A server sets a consumer back that is ahead of its stream, and reports nothing.
    public void FellBack(ulong last)
    {
        if (Position.DeliveredStream > last)
        {
            Position.FallBack(last);
            Cursor.StartAt(last + 1);
        }
        else
        {
            Cursor.FallBack(last + 1);
        }
    }

    /// <summary>Starts again from a sequence, as a new consumer.</summary>
    public void Reset(ulong sequence)
    {
        Pending.Clear();
        Cursor.StartAt(sequence);
        Position = new ConsumerPosition(sequence - 1);
    }

    /// <summary>A message has its ack, and with it, unless acks are explicit, all messages before it.</summary>
    public void Settle(ulong sequence, bool isExplicit, DateTimeOffset now)
    {
        if (isExplicit)
        {
            Settle(sequence, now);
            return;
        }

        foreach (ulong one in Pending.Sequences.TakeWhile(pending => pending <= sequence).ToList())
        {
            Settle(one, now);
        }
    }

    /// <summary>Takes the next message that is to be delivered again, or one that was delivered too often already; null: there is none.</summary>
    public (StoredMessage Message, bool IsExhausted)? TakeAgain(int maxDeliver)
    {
        while (Pending.TryTakeDue(out ulong again))
        {
            if (_stream.Messages.Find(again) is { } message && Pending.TryGet(again, out PendingDelivery delivery))
            {
                return (message, maxDeliver > 0 && delivery.Deliveries >= (ulong)maxDeliver);
            }

            Pending.Remove(again);
        }

        return null;
    }

    private void Settle(ulong sequence, DateTimeOffset now)
    {
        bool wasExhausted = Pending.IsExhausted(sequence);
        if (Pending.Remove(sequence, out PendingDelivery delivery))
        {
            Position.Settle(sequence, delivery.ConsumerSequence, Pending.First, now);
            _stream.Settled(sequence);
        }
        else if (wasExhausted)
        {
            Position.Acknowledged(now); // the floor stays
            _stream.Settled(sequence);
        }
    }
}
