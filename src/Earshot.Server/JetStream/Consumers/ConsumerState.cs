using System.Globalization;
using System.Text;

namespace Earshot.Server.JetStream;

/// <summary>
/// One pull consumer: what it delivers, to whom, and what has no ack. A state machine without I/O: the time is an input, messages leave by
/// the output. Not safe for concurrent use.
/// </summary>
internal sealed class ConsumerState : IStreamReader
{
    private readonly IJetStreamOutput _output;
    private readonly Func<DateTimeOffset> _clock;
    private SubjectFilter _filter;
    private DateTimeOffset _lastActive;

    public ConsumerState(StreamState stream, ConsumerConfig config, IJetStreamOutput output, Func<DateTimeOffset> clock)
    {
        (Stream, Config, _output, _clock) = (stream, config, output, clock);
        _filter = new SubjectFilter(config.Filters);
        Cursor = new ConsumerCursor(stream, _filter, config);
        Position = new ConsumerPosition(Cursor.Floor);
        Waiting = new WaitingPulls(output);
        Created = _lastActive = clock();
        output.WakeAt(NextDue);
    }

    public StreamState Stream { get; }

    public ConsumerConfig Config { get; private set; }

    public string Name => Config.Name!;

    public DateTimeOffset Created { get; }

    public ConsumerCursor Cursor { get; }

    public ConsumerPosition Position { get; private set; }

    public PendingDeliveries Pending { get; } = new();

    public WaitingPulls Waiting { get; }

    /// <summary>Whether it sends nothing: no message, status or heartbeat. Set by a fault.</summary>
    public bool IsSilent { get; set; }

    /// <summary>The number of messages that are delivered twice. Set by a fault.</summary>
    public int Duplicates { get; set; }

    public DateTimeOffset? PausedUntil => GoTime.TryParse(Config.PauseUntil ?? "", out DateTimeOffset until) && until > _clock() ? until : null;

    /// <summary>Whether it was not used for the time after which it is deleted.</summary>
    public bool IsInactive => Config.InactiveThreshold > 0 && Waiting.Count == 0 && _clock() >= _lastActive + GoTime.Duration(Config.InactiveThreshold);

    /// <summary>When <see cref="Tick"/> must be called; null: never.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            DateTimeOffset? inactive = Config.InactiveThreshold > 0 && Waiting.Count == 0 ? _lastActive + GoTime.Duration(Config.InactiveThreshold) : null;
            DateTimeOffset?[] times = [Pending.NextDeadline, Waiting.NextDue, inactive, PausedUntil];
            return times.Min();
        }
    }

    public void Update(ConsumerConfig config)
    {
        bool isFiltered = !config.Filters.SequenceEqual(Config.Filters);
        Config = config;
        if (isFiltered)
        {
            _filter = new SubjectFilter(config.Filters);
            Cursor.Select(_filter);
        }

        _output.WakeAt(NextDue);
    }

    /// <summary>Takes a pull request.</summary>
    public void Pull(byte[] inbox, PullBody body)
    {
        DateTimeOffset now = _clock();
        _lastActive = now;
        Waiting.RemoveUnheard();
        if (Config.MaxWaiting > 0 && Waiting.Count >= Config.MaxWaiting)
        {
            if (body.IdleHeartbeat == 0)
            {
                _output.Send(inbox, StatusBlock.Of("409 Exceeded MaxWaiting"), []);
            }

            return;
        }

        var pull = new PullRequest(inbox, body, now);
        if (body.NoWait && Waiting.Count > 0)
        {
            _output.Send(inbox, StatusBlock.Of("408 Requests Pending"), []);
            return;
        }

        Waiting.Add(pull);
        _output.WakeAt(pull.NextDue);
        Pump();
        if (body.NoWait && !pull.IsFull && (pull.HasDelivered || body.Expires <= 0))
        {
            Waiting.End(pull, StatusBlock.NoMessages);
        }
    }

    /// <summary>Takes an ack. Returns false when it is not answered.</summary>
    public bool Ack(ulong sequence, AckWord word)
    {
        DateTimeOffset now = _clock();
        _lastActive = now;
        if (sequence > Position.DeliveredStream)
        {
            return false;
        }

        switch (word.Kind)
        {
            case AckKind.Ack or AckKind.AckAndNext or AckKind.Terminate:
                Settle(sequence, now);
                break;
            case AckKind.Nak when Pending.TryGet(sequence, out PendingDelivery delivery):
                bool isLast = Config.MaxDeliver > 0 && delivery.Deliveries >= (ulong)Config.MaxDeliver;
                DateTimeOffset? again = isLast ? DateTimeOffset.MaxValue : word.Delay() > TimeSpan.Zero ? now + word.Delay() : null;
                Pending.Schedule(sequence, again);
                _output.WakeAt(again);
                break;
            case AckKind.Progress when Pending.TryGet(sequence, out PendingDelivery running):
                Pending.Schedule(sequence, Deadline(running.Deliveries, now));
                break;
        }

        Pump();
        return true;
    }

    /// <summary>Processes what is due.</summary>
    public void Tick()
    {
        DateTimeOffset now = _clock();
        if (IsSilent)
        {
            return;
        }

        Pending.Expire(now);
        Pump();
        if (Waiting.Expire(now))
        {
            _lastActive = now; // inactivity begins when the last pull has ended
        }

        Waiting.Beat(now, Position);
    }

    public void Pump()
    {
        DateTimeOffset now = _clock();
        while (!IsSilent && PausedUntil is null && Waiting.First is { } pull && Next() is { } next)
        {
            if (!_output.HasInterest(pull.Inbox))
            {
                Waiting.Remove(pull);
            }
            else
            {
                Deliver(pull, next.Message, next.IsAgain, now);
            }
        }
    }

    public void Stored(StoredMessage message) => Cursor.Stored(message);

    public void Removed(StoredMessage message)
    {
        Cursor.Removed(message);
        if (Pending.Remove(message.Sequence))
        {
            Position.Settle(Pending.First, _clock());
        }
    }

    public void Purged(ulong first)
    {
        Position.Skip(first - 1);
        Position.Settle(Pending.First, null);
    }

    // A server sets a consumer back that is ahead of its stream, without a word.
    public void FellBack(ulong last)
    {
        if (Position.DeliveredStream > last)
        {
            Position.FallBack(last);
            Cursor.StartAt(last + 1);
        }
    }

    public bool Selects(ReadOnlySpan<byte> subject) => _filter.Matches(subject);

    public bool Needs(StoredMessage message) => _filter.Matches(message.Subject) && (Cursor.IsAhead(message.Sequence) || Pending.TryGet(message.Sequence, out _) || Pending.IsExhausted(message.Sequence));

    /// <summary>Starts again from a sequence, as a new consumer.</summary>
    public void Reset(ulong sequence)
    {
        Pending.Clear();
        Cursor.StartAt(sequence);
        Position = new ConsumerPosition(sequence - 1);
        Pump();
    }

    private (StoredMessage Message, bool IsAgain)? Next()
    {
        while (Pending.HasDue && Pending.TryTakeDue(out ulong again))
        {
            if (Stream.Messages.Find(again) is not { } message || !Pending.TryGet(again, out PendingDelivery delivery))
            {
                Pending.Remove(again);
            }
            else if (Config.MaxDeliver > 0 && delivery.Deliveries >= (ulong)Config.MaxDeliver)
            {
                Advise("MAX_DELIVERIES", again, delivery.Deliveries);
                Pending.Exhaust(again);
            }
            else
            {
                return (message, true);
            }
        }

        bool isFull = Config.NeedsAck && Config.MaxAckPending > 0 && Pending.Count >= Config.MaxAckPending;
        return !isFull && Cursor.Peek() is { } next ? (next, false) : null;
    }

    private void Deliver(PullRequest pull, StoredMessage message, bool isAgain, DateTimeOffset now)
    {
        Pending.TryGet(message.Sequence, out PendingDelivery before);
        ulong deliveries = before.Deliveries + 1;
        (byte[] headers, byte[] payload) = Config.HeadersOnly
            ? (HeaderBlock.Add(message.Headers, "Nats-Msg-Size"u8, Encoding.ASCII.GetBytes(message.Payload.Length.ToString(CultureInfo.InvariantCulture))), [])
            : (message.Headers, message.Payload);
        var delivery = new Delivery(message, Position.DeliveredConsumer + 1, deliveries);
        byte[] reply = AckSubject.Format(Stream.Name, Name, delivery, isAgain ? Cursor.Pending : Cursor.Pending - 1);
        int size = message.Subject.Length + reply.Length + headers.Length + payload.Length;
        if (!pull.HasRoomFor(size))
        {
            if (isAgain)
            {
                Pending.Schedule(message.Sequence, null);
            }

            Waiting.End(pull, StatusBlock.SizeExceedsMaxBytes(pull.Messages, pull.Bytes));
            return;
        }

        if (!isAgain)
        {
            Cursor.Advance(message);
        }

        ulong sequence = Position.Deliver(message.Sequence, now);
        pull.Delivered(size, now);
        Waiting.Turn();
        _output.WakeAt(Waiting.Count == 0 && Config.InactiveThreshold > 0 ? now + GoTime.Duration(Config.InactiveThreshold) : null);
        _output.Deliver(pull.Inbox, message.Subject, reply, headers, payload);
        if (Config.NeedsAck)
        {
            DateTimeOffset deadline = Deadline(deliveries, now);
            Pending.Delivered(message.Sequence, new PendingDelivery(before.ConsumerSequence == 0 ? sequence : before.ConsumerSequence, deliveries, deadline));
            _output.WakeAt(deadline);
            if (Duplicates > 0)
            {
                Duplicates--;
                Pending.Schedule(message.Sequence, null);
            }
        }
        else
        {
            Position.Settle(null, null);
            Stream.Settled(message.Sequence);
        }
    }

    private DateTimeOffset Deadline(ulong deliveries, DateTimeOffset now)
    {
        long wait = Config.Backoff is { Count: > 0 } steps ? steps[(int)Math.Min(deliveries - 1, (ulong)steps.Count - 1)] : Config.AckWait;
        return now + GoTime.Duration(wait);
    }

    private void Settle(ulong sequence, DateTimeOffset now)
    {
        List<ulong> settled = Config.AckPolicy == "all" ? [.. Pending.Sequences.TakeWhile(pending => pending <= sequence)] : [sequence];
        foreach (ulong one in settled)
        {
            if (Pending.Remove(one))
            {
                Position.Settle(Pending.First, now);
                Stream.Settled(one);
            }
        }
    }

    private void Advise(string kind, ulong sequence, ulong deliveries)
    {
        string subject = $"$JS.EVENT.ADVISORY.CONSUMER.{kind}.{Stream.Name}.{Name}";
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"type":"io.nats.jetstream.advisory.v1.{{kind.ToLowerInvariant()}}","stream":"{{Stream.Name}}","consumer":"{{Name}}","stream_seq":{{sequence}},"deliveries":{{deliveries}}}""");
        _output.Send(Encoding.UTF8.GetBytes(subject), [], Encoding.UTF8.GetBytes(text));
    }
}
