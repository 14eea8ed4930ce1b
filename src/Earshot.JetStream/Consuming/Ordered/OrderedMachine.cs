namespace Earshot.JetStream.Consuming;

/// <summary>
/// Decides for one ordered read: where each incarnation of its consumer begins, which message is the next one, how long to wait before
/// the next attempt, and whether the stream has lost messages. A pure function of its inputs.
/// </summary>
internal sealed class OrderedMachine(NatsJSOrderedConsumerOpts opts)
{
    private const int Step = 100;
    private const int Longest = 5000;

    private ulong? _floor; // in front of what the first incarnation delivers; known with its creation
    private ulong _expectedDelivery = 1;
    private DateTimeOffset _lastTime;
    private DateTimeOffset? _created;

    /// <summary>Sequence of the last message that was delivered; 0: none.</summary>
    public ulong LastStreamSeq { get; private set; }

    /// <summary>Number of the incarnation; 0: none yet.</summary>
    public int Incarnation { get; private set; }

    /// <summary>Attempts to make it again since the last one that succeeded.</summary>
    public int Attempts { get; private set; }

    /// <summary>When the stream was made, as last heard.</summary>
    public DateTimeOffset? StreamCreated => _created;

    public ulong ExpectedDelivery => _expectedDelivery;

    /// <summary>No more attempts are allowed.</summary>
    public bool IsExhausted => opts.MaxResetAttempts >= 0 && Attempts > opts.MaxResetAttempts;

    /// <summary>How long to wait before the next attempt: 0, 100, 200, .. 5,000 ms.</summary>
    public TimeSpan Delay => TimeSpan.FromMilliseconds(Math.Min(Attempts * Step, Longest));

    /// <summary>Where the next incarnation begins: behind the last message, or behind what the first one would not have delivered.</summary>
    public ResumePoint Resume =>
        LastStreamSeq > 0 ? new ResumePoint(ConsumerConfigDeliverPolicy.ByStartSequence, LastStreamSeq + 1, default)
        : _floor is { } floor && IsByFloor ? new ResumePoint(ConsumerConfigDeliverPolicy.ByStartSequence, floor + 1, default)
        : _lastTime != default ? new ResumePoint(ConsumerConfigDeliverPolicy.ByStartTime, 0, _lastTime.AddTicks(1))
        : new ResumePoint(opts.DeliverPolicy, opts.OptStartSeq, opts.OptStartTime);

    // The last of each subject is a choice that is made again; every other policy is a place in the stream.
    private bool IsByFloor => opts.DeliverPolicy != ConsumerConfigDeliverPolicy.LastPerSubject && _lastTime == default;

    /// <summary>An attempt begins; returns its number, which is part of the consumer's name.</summary>
    public int Begin()
    {
        Attempts++;
        return ++Incarnation;
    }

    /// <summary>The consumer is there.</summary>
    /// <param name="deliveredStreamSeq">The position that its creation answered.</param>
    public void Created(ulong deliveredStreamSeq)
    {
        Attempts = 0;
        _expectedDelivery = 1;
        _floor ??= deliveredStreamSeq;
    }

    /// <summary>A message of the present incarnation.</summary>
    public OrderedVerdict Receive(ulong streamSeq, ulong consumerSeq, DateTimeOffset time)
    {
        if (consumerSeq != _expectedDelivery || streamSeq <= LastStreamSeq)
        {
            return OrderedVerdict.Gap;
        }

        _expectedDelivery++;
        (LastStreamSeq, _lastTime) = (streamSeq, time);
        return OrderedVerdict.Deliver;
    }

    /// <summary>What the stream says of itself. True: it has lost messages that were read, and the machine begins as the policy says.</summary>
    public bool HasRegressed(ulong lastSeq, DateTimeOffset created)
    {
        bool isAnother = _created is { } before && before != created;
        bool isBehind = lastSeq < Math.Max(LastStreamSeq, _floor ?? 0);
        _created = created;
        if (!isAnother && !isBehind)
        {
            return false;
        }

        LastStreamSeq = 0;
        _floor = null;
        if (opts.RegressionPolicy == NatsJSRegressionPolicy.Restart)
        {
            _lastTime = default;
        }

        return true;
    }
}
