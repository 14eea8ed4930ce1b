namespace Earshot.JetStream.Consuming;

/// <summary>
/// The state machine of one ordered read: determines the start of each incarnation of its consumer, the next message, the delay before the
/// next attempt, and whether the stream has lost messages. A pure function of its inputs.
/// </summary>
internal sealed class OrderedMachine(NatsJSOrderedConsumerOpts opts)
{
    private const int Step = 100;
    private const int Longest = 5000;

    private ulong? _floor; // the last sequence before the first incarnation; known when it was created
    private ulong _stored; // the highest sequence without a message of this read that the stream is known to have had
    private ulong _expectedDelivery = 1;
    private DateTimeOffset _lastTime;
    private DateTimeOffset? _created;
    private bool _isBeyond; // the start of the options is known to be beyond the end of the stream

    /// <summary>The sequence of the last delivered message; 0: none.</summary>
    public ulong LastStreamSeq { get; private set; }

    /// <summary>The number of the incarnation; 0 before the first one.</summary>
    public int Incarnation { get; private set; }

    /// <summary>The number of attempts to recreate the consumer since the last successful one.</summary>
    public int Attempts { get; private set; }

    /// <summary>The sequence of a message that came next and was not above the last one: the stream assigned it a second time. 0: none.</summary>
    public ulong RepeatedStreamSeq { get; private set; }

    /// <summary>The last known creation time of the stream.</summary>
    public DateTimeOffset? StreamCreated
    {
        get => _created;
        init => _created = value;
    }

    public ulong ExpectedDelivery => _expectedDelivery;

    /// <summary>Whether no more attempts are allowed.</summary>
    public bool IsExhausted => opts.MaxResetAttempts >= 0 && Attempts > opts.MaxResetAttempts;

    /// <summary>The delay before the next attempt: 0, 100, 200, .. 5,000 ms.</summary>
    public TimeSpan Delay => TimeSpan.FromMilliseconds(Math.Min(Attempts * Step, Longest));

    /// <summary>The start of the next incarnation: after the last message, or where the first incarnation started.</summary>
    public ResumePoint Resume =>
        LastStreamSeq > 0 ? new ResumePoint(ConsumerConfigDeliverPolicy.ByStartSequence, LastStreamSeq + 1, default)
        : _floor is { } floor && IsByFloor ? new ResumePoint(ConsumerConfigDeliverPolicy.ByStartSequence, floor + 1, default)
        : _lastTime != default ? new ResumePoint(ConsumerConfigDeliverPolicy.ByStartTime, 0, _lastTime.AddTicks(1))
        : new ResumePoint(opts.DeliverPolicy, opts.OptStartSeq, opts.OptStartTime);

    // The last message of each subject is selected again; every other policy is a position in the stream.
    private bool IsByFloor => opts.DeliverPolicy != ConsumerConfigDeliverPolicy.LastPerSubject && _lastTime == default;

    /// <summary>Starts an attempt. Returns its number, which is part of the name of the consumer.</summary>
    public int Begin()
    {
        Attempts++;
        return ++Incarnation;
    }

    /// <summary>Processes the creation of the consumer.</summary>
    /// <param name="deliveredStreamSeq">The position in the response of the creation.</param>
    public void Created(ulong deliveredStreamSeq)
    {
        Attempts = 0;
        _expectedDelivery = 1;
        if (_floor is null)
        {
            (_floor, _stored) = (deliveredStreamSeq, deliveredStreamSeq);
        }
    }

    /// <summary>Whether the read has received nothing and starts at the sequence of its options, which the stream may not have reached yet.</summary>
    public bool IsAtGivenStart => LastStreamSeq == 0 && opts is { DeliverPolicy: ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq: > 1 };

    /// <summary>Whether a message that was stored at this time is the last one of the read. The API and deliveries round times differently.</summary>
    public bool IsLast(DateTimeOffset stored) => (stored - _lastTime).Duration().Ticks <= 1;

    /// <summary>
    /// Compares the start of the options with the state of the stream. Returns true, once, when the stream has lost messages before the start,
    /// or never had them: the read would wait until they are stored. A stream that ends just before the start has them.
    /// </summary>
    public bool StartsBeyond(ulong lastSeq)
    {
        if (!IsAtGivenStart || lastSeq >= opts.OptStartSeq - 1)
        {
            return false;
        }

        _stored = lastSeq; // this fall is found once
        bool isKnown = _isBeyond;
        _isBeyond = true;
        return !isKnown;
    }

    /// <summary>Processes a message of the current incarnation.</summary>
    public OrderedVerdict Receive(ulong streamSeq, ulong consumerSeq, DateTimeOffset time)
    {
        if (consumerSeq != _expectedDelivery || streamSeq <= LastStreamSeq)
        {
            RepeatedStreamSeq = consumerSeq == _expectedDelivery ? streamSeq : 0;
            return OrderedVerdict.Gap;
        }

        _expectedDelivery++;
        (LastStreamSeq, _lastTime) = (streamSeq, time);
        return OrderedVerdict.Deliver;
    }

    /// <summary>Compares the state of the stream. Returns true when it has lost messages that were read; the next incarnation then starts as the policy requires.</summary>
    /// <param name="lastSeq">The last sequence of the stream.</param>
    /// <param name="created">The creation time of the stream.</param>
    /// <param name="hasLast">
    /// Whether the stream has the last message of the read, which was asked for because the stream is known to have lost messages; false: it was lost,
    /// and its sequence may have been assigned again. Null: not asked.
    /// </param>
    public bool HasRegressed(ulong lastSeq, DateTimeOffset created, bool? hasLast = null)
    {
        bool isAnother = _created is { } before && before != created;
        if (hasLast == true && LastStreamSeq > 0)
        {
            _stored = Math.Min(_stored, lastSeq); // the stream had fallen before it stored the last message: nothing of the read is lost
        }

        bool isBehind = lastSeq < Math.Max(LastStreamSeq, _stored);
        _created = created;
        if (!isAnother && !isBehind && hasLast != false && RepeatedStreamSeq == 0)
        {
            return false;
        }

        (LastStreamSeq, RepeatedStreamSeq) = (0, 0);
        _floor = null;
        (_stored, _isBeyond) = (0, true);
        if (opts.RegressionPolicy == NatsJSRegressionPolicy.Restart)
        {
            _lastTime = default;
        }

        return true;
    }
}
