namespace Earshot.JetStream.Consuming;

/// <summary>
/// The position in the stream up to which the application has acknowledged everything, for a consumer that is recreated: the next one starts
/// behind it, so that no message is lost and few are delivered again. Without acks it is the last received message. Safe for use from any thread.
/// </summary>
internal sealed class PushFloor(ConsumerConfig config)
{
    private const long Tick = 100; // ns

    private readonly Queue<(ulong Sequence, long Time)> _delivered = new(); // not acknowledged yet, in the order of the stream; also the lock
    private readonly HashSet<ulong> _acknowledged = []; // of these
    private ulong? _floor;
    private ConsumerOrigin? _origin; // whose messages count
    private long _time; // when the stream stored the message of the floor, in ns; 0: nothing has been received

    private bool IsWithoutAck => config.AckPolicy == ConsumerConfigAckPolicy.None;

    /// <summary>The sequence up to which nothing is needed any more; null when that is not known.</summary>
    public ulong? Value
    {
        get
        {
            lock (_delivered)
            {
                return _floor;
            }
        }
    }

    /// <summary>Processes the response of the creation of the consumer.</summary>
    public void Created(ConsumerInfo info)
    {
        lock (_delivered)
        {
            // Messages may precede the response, whose position then is no longer the start.
            _floor ??= info.Delivered.ConsumerSeq == 0 ? info.Delivered.StreamSeq : null;
        }
    }

    /// <summary>Processes a received message.</summary>
    public void Delivered(ConsumerOrigin origin, in AckSubject subject)
    {
        if (subject.Delivered != 1)
        {
            return; // still in the queue, unless it is acknowledged
        }

        lock (_delivered)
        {
            if (!ReferenceEquals(origin, _origin))
            {
                return; // the next consumer delivers it again
            }

            if (IsWithoutAck)
            {
                (_floor, _time) = (subject.StreamSeq, subject.Time);
                return;
            }

            _floor ??= subject.StreamSeq - 1;
            _time = _time == 0 ? subject.Time - Tick : _time;
            _delivered.Enqueue((subject.StreamSeq, subject.Time));
        }
    }

    /// <summary>Processes a final ack.</summary>
    public void Acknowledged(ulong streamSeq)
    {
        lock (_delivered)
        {
            bool isAll = config.AckPolicy == ConsumerConfigAckPolicy.All;
            if (!isAll && streamSeq > (_floor ?? 0))
            {
                _acknowledged.Add(streamSeq);
            }

            while (_delivered.TryPeek(out (ulong Sequence, long Time) first) && (isAll ? first.Sequence <= streamSeq : _acknowledged.Remove(first.Sequence)))
            {
                (_floor, _time) = _delivered.Dequeue();
            }
        }
    }

    /// <summary>Continues with another read of the same consumer.</summary>
    public void Continue(ConsumerOrigin origin)
    {
        lock (_delivered)
        {
            _origin = origin;
        }
    }

    /// <summary>Starts with the next consumer: only what it delivers counts from now on.</summary>
    public void Restart(ConsumerOrigin origin)
    {
        lock (_delivered)
        {
            _origin = origin;
            _delivered.Clear();
            _acknowledged.Clear();
        }
    }

    /// <summary>Returns where the next consumer starts.</summary>
    /// <param name="lastSeq">The last sequence of the stream. Below the floor: the stream has lost messages, and what came later is found by its time.</param>
    /// <param name="isOvertaken">Whether the stream is known to have lost messages since the last delivery: sequences up to the floor may have been assigned again.</param>
    /// <param name="hasRegressed">Whether the stream has lost messages.</param>
    public ResumePoint Resume(ulong lastSeq, bool isOvertaken, out bool hasRegressed)
    {
        hasRegressed = false;
        lock (_delivered)
        {
            bool isReplay = config.DeliverPolicy == ConsumerConfigDeliverPolicy.LastPerSubject && _time == 0; // selects the last ones again
            if (_floor is not { } floor || isReplay)
            {
                return new ResumePoint(config.DeliverPolicy, config.OptStartSeq, config.OptStartTime);
            }

            if (lastSeq >= floor && !isOvertaken)
            {
                return new ResumePoint(ConsumerConfigDeliverPolicy.ByStartSequence, floor + 1, default);
            }

            (_floor, hasRegressed) = (null, true); // sequences are assigned again
            return _time == 0
                ? new ResumePoint(ConsumerConfigDeliverPolicy.All, 0, default)
                : new ResumePoint(ConsumerConfigDeliverPolicy.ByStartTime, 0, DateTimeOffset.UnixEpoch.AddTicks((_time / Tick) + 1));
        }
    }
}
