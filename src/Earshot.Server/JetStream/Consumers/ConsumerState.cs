namespace Earshot.Server.JetStream;

/// <summary>
/// One consumer: what it delivers, to whom, and what has no ack. A state machine without I/O: the time is an input, messages leave by
/// the output. Not safe for concurrent use.
/// </summary>
internal sealed class ConsumerState : IStreamReader
{
    private readonly IJetStreamOutput _output;
    private readonly Func<DateTimeOffset> _clock;
    private readonly ConsumerAdvisories _advisories;
    private readonly ConsumerProgress _progress;
    private readonly ConsumerPause _pause;
    private readonly byte[] _ackPrefix;
    private readonly bool _notesDeliveries; // as acks; not if its stream kept all messages at its creation, whatever an update of the stream says
    private DateTimeOffset _lastActive;

    public ConsumerState(StreamState stream, ConsumerConfig config, IJetStreamOutput output, Func<DateTimeOffset> clock)
    {
        (Stream, Config, _output, _clock) = (stream, config, output, clock);
        _ackPrefix = AckSubject.Prefix(stream.Name, config.Name!);
        _pause = new ConsumerPause(clock);
        _pause.Configure(config);
        _notesDeliveries = stream.Config.Retention != "limits";
        _advisories = new ConsumerAdvisories(output, stream.Name, config.Name!, clock);
        _progress = new ConsumerProgress(stream, config);
        Waiting = new WaitingPulls(output, _advisories);
        Created = _lastActive = clock();
        Push = config.IsPush ? new PushDelivery(stream, config, output, Created) : null;
        Push?.Limit(config.RateLimitBps, stream.Config.MaxMsgSize, Created);
        Waiting.Configure(config);
        _advisories.Created();
        output.WakeAt(NextDue);
    }

    public StreamState Stream { get; }

    public ConsumerConfig Config { get; private set; }

    public string Name => Config.Name!;

    public DateTimeOffset Created { get; }

    public ConsumerCursor Cursor => _progress.Cursor;

    public ConsumerPosition Position => _progress.Position;

    public PendingDeliveries Pending => _progress.Pending;

    public WaitingPulls Waiting { get; }

    /// <summary>The deliveries of a push consumer; null: it is a pull consumer.</summary>
    public PushDelivery? Push { get; }

    /// <summary>Whether it sends nothing: no message, status or heartbeat. Set by a fault.</summary>
    public bool IsSilent { get; set; }

    /// <summary>The number of messages that are delivered twice. Set by a fault.</summary>
    public int Duplicates { get; set; }

    public DateTimeOffset? PausedUntil => _pause.Until;

    /// <summary>Whether it was not used for the time after which it is deleted.</summary>
    public bool IsInactive => IsUnused && _clock() >= _lastActive + GoTime.Duration(Config.InactiveThreshold);

    /// <summary>When <see cref="Tick"/> must be called; null: never.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            if (IsStopped)
            {
                return !IsSilent && Stream.Faults.AwayUntil < DateTimeOffset.MaxValue ? Stream.Faults.AwayUntil : null;
            }

            DateTimeOffset? inactive = IsUnused ? _lastActive + GoTime.Duration(Config.InactiveThreshold) : null;
            DateTimeOffset?[] times = [Pending.NextDeadline, Waiting.NextDue, Push?.NextDue, inactive, PausedUntil];
            return times.Min();
        }
    }

    private bool IsUnused => Config.InactiveThreshold > 0 && (Push is { } push ? !push.IsBound : Waiting.Count == 0);

    // A fault silences it, or its stream has no leader.
    private bool IsStopped => IsSilent || (Stream.Faults.AwayUntil is { } until && until > _clock());

    // No further message is delivered before an ack.
    private bool IsBlocked => Config.NeedsAck && Config.MaxAckPending > 0 && Pending.Count >= Config.MaxAckPending;

    public void Update(ConsumerConfig config)
    {
        ConsumerConfig before = Config;
        Config = config;
        _pause.Configure(config);
        if (!config.Filters.SequenceEqual(before.Filters))
        {
            _progress.Select(config.Filters);
            Stream.RemoveUnneeded(Position.FloorStream);
        }

        if (config.DeliverSubject != before.DeliverSubject)
        {
            Pending.ScheduleAll();
            _lastActive = _clock();
            Push?.Move(config.DeliverSubject!, _lastActive);
        }

        if (config.RateLimitBps != before.RateLimitBps)
        {
            Push?.Limit(config.RateLimitBps, Stream.Config.MaxMsgSize, _clock());
        }

        Waiting.Configure(config);
        if (config.PauseUntil != before.PauseUntil)
        {
            _advisories.Paused(_pause.Configured, PausedUntil is not null);
        }

        _output.WakeAt(NextDue);
    }

    /// <summary>A subscription to the deliver subject was added or removed.</summary>
    public void Rebind()
    {
        DateTimeOffset now = _clock();
        if (Push?.Bind(now) == true)
        {
            _lastActive = now;
            Pump();
            _output.WakeAt(NextDue);
        }
    }

    /// <summary>Takes a pull request. Its priority group has been checked.</summary>
    public void Pull(byte[] inbox, PullBody body)
    {
        DateTimeOffset now = _clock();
        _lastActive = now;
        if (Waiting.TryAdd(inbox, body, (long)Cursor.Pending + Pending.DueCount, now))
        {
            _output.WakeAt(Waiting.NextDue);
            Pump();
        }
    }

    /// <summary>Takes an ack. Returns false when it is not answered.</summary>
    public bool Ack(ulong sequence, ulong consumerSequence, AckWord word)
    {
        DateTimeOffset now = _clock();
        _lastActive = now;
        bool isDelivered = sequence <= Position.DeliveredStream;
        bool isPending = Pending.TryGet(sequence, out PendingDelivery delivery);
        switch (word.Kind)
        {
            case AckKind.Ack or AckKind.AckAndNext when isDelivered:
                Settle(sequence, now);
                break;
            case AckKind.Terminate:
                if (isDelivered)
                {
                    Settle(sequence, now);
                }

                _advisories.Terminated(consumerSequence, sequence, Math.Max(1, delivery.Deliveries), word.Rest);
                break;
            case AckKind.Nak when isPending:
                _advisories.Naked(consumerSequence, sequence, delivery.Deliveries);
                DateTimeOffset? again = word.Delay() > TimeSpan.Zero ? now + word.Delay() : null;
                Pending.Schedule(sequence, again);
                _output.WakeAt(again);
                break;
            case AckKind.Progress when delivery.Deadline is not null: // otherwise it waits already for its next delivery
                DateTimeOffset deadline = PendingDelivery.DeadlineOf(Config, delivery.Deliveries, now);
                Pending.Schedule(sequence, deadline);
                _output.WakeAt(deadline);
                break;
        }

        Pump();
        return word.Kind is AckKind.Ack or AckKind.AckAndNext or AckKind.Terminate
            ? isDelivered && (sequence > 0 || Config.AckPolicy == "explicit") // as the server: no message has the sequence 0
            : sequence > 0;
    }

    /// <summary>Takes the answer to a flow control request.</summary>
    /// <param name="subject">Its subject.</param>
    /// <param name="position">Up to where its client has processed messages, which confirms them where answers are acks; null: unknown.</param>
    public void AnswerFlow(string subject, ulong? position)
    {
        if (Push?.TryAnswer(subject) != true)
        {
            return;
        }

        if (position is { } sequence && Config.AckPolicy == "flow_control" && sequence <= Position.DeliveredStream)
        {
            Settle(sequence, _clock());
        }

        Pump();
    }

    /// <summary>Processes what is due.</summary>
    public void Tick()
    {
        DateTimeOffset now = _clock();
        if (IsStopped)
        {
            return;
        }

        Pending.Expire(now);
        Waiting.Pinned.Expire(now);
        Pump();
        if (Waiting.Expire(now))
        {
            _lastActive = now; // inactivity begins when the last pull has ended
        }

        Waiting.Beat(now, Position.DeliveredConsumer, Position.DeliveredStream);
        Push?.Beat(now, Position.DeliveredConsumer, Position.DeliveredStream, Config.AckPolicy == "flow_control" && Pending.Count > 0);
    }

    public void Pump()
    {
        DateTimeOffset now = _clock();
        if (IsStopped)
        {
            return;
        }

        while (PausedUntil is null && (Push is { } push ? push.TryOpen(now) : Waiting.Count > 0) && Next() is { } next)
        {
            if (!TryDeliver(next.Message, next.IsAgain, now))
            {
                break;
            }
        }

        if (PausedUntil is not null || !IsBlocked)
        {
            Waiting.EndImpatient();
        }
    }

    /// <summary>Starts again as a new leader does: without waiting requests, pin and flow control; the messages without acks stay.</summary>
    public void Restart()
    {
        Waiting.EndAll(StatusBlock.LeadershipChange);
        Push?.Reset();
        Pump();
        _output.WakeAt(NextDue);
    }

    /// <summary>What a stop of the server does: no pull waits any more, and the times of the last delivery and ack are lost.</summary>
    public void Stop()
    {
        Waiting.Clear();
        Push?.Reset();
        Position.ForgetTimes();
    }

    /// <summary>Ends the pin of a priority group, as an operator does.</summary>
    public void Unpin(string group)
    {
        Waiting.Pinned.Unpin(group);
        Pump();
    }

    /// <summary>Says that it is deleted.</summary>
    public void End()
    {
        _advisories.Deleted();
        Waiting.EndAll(StatusBlock.Of("409 Consumer Deleted"));
    }

    public void Stored(StoredMessage message) => Cursor.Stored(message);

    public void Removed(StoredMessage message) => _progress.Removed(message, Config.AckPolicy == "explicit", _clock());

    public void Purged(SubjectFilter filter, ulong first, ulong selected) => _progress.Purged(filter, first, selected, _clock());

    public void FellBack(ulong last) => _progress.FellBack(last);

    public bool Selects(ReadOnlySpan<byte> subject) => _progress.Selects(subject);

    public bool Needs(StoredMessage message) => _progress.Needs(message);

    /// <summary>Starts again from a sequence, as a new consumer.</summary>
    public void Reset(ulong sequence)
    {
        _progress.Reset(sequence);
        Pump();
    }

    private (StoredMessage Message, bool IsAgain)? Next()
    {
        while (_progress.TakeAgain(Config.MaxDeliver) is { } again)
        {
            if (!again.IsExhausted)
            {
                return (again.Message, true);
            }

            Pending.TryGet(again.Message.Sequence, out PendingDelivery delivery);
            _advisories.MaxDeliveries(again.Message.Sequence, delivery.Deliveries);
            Pending.Exhaust(again.Message.Sequence, delivery.Deliveries);
        }

        return !IsBlocked && Cursor.Peek() is { } next ? (next, false) : null;
    }

    // Returns false when no client takes the message now.
    private bool TryDeliver(StoredMessage message, bool isAgain, DateTimeOffset now)
    {
        Pending.TryGet(message.Sequence, out PendingDelivery before);
        ulong deliveries = before.Deliveries + 1;
        ulong left = isAgain ? Cursor.Pending : Cursor.Pending - 1;
        var delivery = OutgoingDelivery.Of(Config, _ackPrefix, new Delivery(message, Position.DeliveredConsumer + 1, deliveries), left);
        PullRequest? pull = Push is null ? Waiting.Take(new PullOffer(delivery.Size, left + 1, Pending.Count), now) : null;
        if (Push is null ? pull is null : !Push.TryTake(delivery.Size, now))
        {
            if (isAgain)
            {
                Pending.Return(message.Sequence, isFirst: Push is not null);
            }

            _output.WakeAt(Push?.NextDue);
            return false;
        }

        if (!isAgain)
        {
            Cursor.Advance(message);
        }

        ulong sequence = Position.Deliver(message.Sequence, now);
        if (pull is not null)
        {
            Serve(pull, delivery, now);
        }
        else
        {
            delivery.Send(_output, Push!.Subject);
        }

        Track(message, new PendingDelivery(before.ConsumerSequence == 0 ? sequence : before.ConsumerSequence, deliveries, PendingDelivery.DeadlineOf(Config, deliveries, now)));
        Push?.Delivered(delivery.SizeTo(Push.Subject), Config.AckPolicy == "flow_control" && IsBlocked, now);
        return true;
    }

    private void Serve(PullRequest pull, OutgoingDelivery delivery, DateTimeOffset now)
    {
        Waiting.Turn(delivery.Size, now); // the header of the pin does not count
        if (Waiting.Policy == "pinned_client")
        {
            delivery = delivery.WithPin(Waiting.Pinned.Id);
            _output.WakeAt(Waiting.Pinned.Until);
        }

        _output.WakeAt(Waiting.Count == 0 && Config.InactiveThreshold > 0 ? now + GoTime.Duration(Config.InactiveThreshold) : null);
        delivery.Send(_output, pull.Inbox);
        if (pull is { IsFull: true, Bytes: > 0 })
        {
            _output.Send(pull.Inbox, StatusBlock.BatchCompleted(0, pull.Bytes), []);
        }
    }

    private void Track(StoredMessage message, in PendingDelivery delivery)
    {
        if (!Config.NeedsAck)
        {
            Position.SettleAll();
            if (Stream.SettlesAtDelivery)
            {
                Stream.Settled(message.Sequence);
            }
            else if (_notesDeliveries && Stream.Config.Retention != "limits")
            {
                Position.Acknowledged(Position.LastDelivered);
            }

            return;
        }

        Pending.Delivered(message.Sequence, delivery);
        _output.WakeAt(delivery.Deadline);
        if (Duplicates > 0)
        {
            Duplicates--;
            Pending.Schedule(message.Sequence, null);
        }
    }

    private void Settle(ulong sequence, DateTimeOffset now) => _progress.Settle(sequence, Config.AckPolicy == "explicit", now);
}
