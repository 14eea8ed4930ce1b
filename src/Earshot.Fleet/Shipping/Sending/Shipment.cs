namespace Earshot.Fleet.Shipping;

/// <summary>
/// The outbox and the sending machine of one process together: what arrives, what is sent when, and what follows from answers. Times are given, chance is a
/// function, and nothing is awaited. Not thread-safe.
/// </summary>
/// <param name="options">The options, which are checked.</param>
/// <param name="own">The subjects of the shipper.</param>
/// <param name="chance">Returns numbers from 0 to below 1.</param>
internal sealed class Shipment(NatsJournalShippingOptions options, OwnSubjects own, Func<double> chance)
{
    private const int HeaderSize = 128; // of a message: its id and the lines around it
    private const int LeastBatch = 256; // a limit below it is not looked for

    private SendState _state;
    private bool _isClosing;
    private int _maxBytes = int.MaxValue; // of a batch, as the stream takes it
    private long _shipped;
    private long _stored;
    private long _skipped;
    private long _failures;
    private long _tooLarge;

    public Outbox Outbox { get; } = new(options);

    /// <summary>The state of the sending machine.</summary>
    public SendState State => _state;

    /// <summary>A batch of an earlier process, which is sent when nothing else waits; null: there is none, or it is acknowledged.</summary>
    public FrozenBatch? Recovered { get; set; }

    /// <summary>The subjects of the shipper.</summary>
    public OwnSubjects Own => own;

    /// <summary>The last failure that is to be logged, and what the stream said; taken by <see cref="TakeWarning"/>.</summary>
    private (SendFailure Failure, string? Text) Warning { get; set; }

    /// <summary>Whether nothing can be done any more before the end: everything is sent, or it cannot be.</summary>
    public bool IsDone => _isClosing && _state.AckDue is null && ((Outbox.Held == 0 && Outbox.Frozen is null) || SendRules.MayAt(_state) is null || _state.Failures > 0);

    /// <summary>The counters.</summary>
    public NatsJournalShippingCounts Counts => new(_shipped, _stored, Outbox.Folded, Outbox.Dropped + _tooLarge, _skipped, _failures, Outbox.Held, Outbox.Size);

    /// <summary>An event of a journal has arrived. Returns its entry; null for one about the shipper, which is not shipped.</summary>
    public byte[]? Arrived(JournalOutbox journal, NatsConnectionEvent e, TimeSpan now)
    {
        if (!own.IsAbout(e))
        {
            return Outbox.Add(journal, e, now);
        }

        Outbox.Skip(journal, e);
        _skipped++;
        return null;
    }

    /// <summary>A session of the carrier can be used. One that another carrier has had for longer than its delay, is used without one.</summary>
    public void Ready(int session, TimeSpan since) => _state = SendRules.Ready(_state, session, options.MaxStartDelay * chance(), since);

    /// <summary>The session of the carrier is over.</summary>
    public void Lost() => _state = SendRules.Lost(_state);

    /// <summary>The server refused a subject of the shipper, or its inbox.</summary>
    public void Refused(TimeSpan now)
    {
        if (_state.Session > 0 && !_state.IsRefused)
        {
            Fail(SendFailure.Refused, null, now);
        }
    }

    /// <summary>From now on everything is sent without waiting for more.</summary>
    public void Close()
    {
        _isClosing = true;
        _state = _state with { NotBefore = TimeSpan.Zero, Failures = 0 };
    }

    /// <summary>Decides what to do next. A batch that is returned must be written, and <see cref="NotWritten"/> be called when it is not.</summary>
    /// <param name="now">The time.</param>
    /// <param name="pendingShare">How much of the pending buffer is in use, from 0 to 1.</param>
    /// <param name="maxPayload">The longest message of the server.</param>
    public SendStep Next(TimeSpan now, double pendingShare, long maxPayload)
    {
        if (_state.AckDue is { } ackDue)
        {
            if (now < ackDue)
            {
                return new SendStep(null, ackDue);
            }

            Fail(SendFailure.NoAck, null, now);
        }

        if (SendRules.MayAt(_state) is not { } may || IsDone)
        {
            return default;
        }

        if (now < may)
        {
            return new SendStep(null, may);
        }

        TimeSpan? ready = Outbox.Frozen is null ? Outbox.DueAt() : TimeSpan.Zero;
        bool isDue = ready is { } due && (due <= now || _isClosing);
        bool isRecovery = !isDue && !_isClosing && Recovered is not null;
        if (!isDue && !isRecovery)
        {
            return new SendStep(null, ready);
        }

        if (SendRules.IsBusy(pendingShare))
        {
            _state = SendRules.Postponed(_state, now);
            return new SendStep(null, now + SendRules.Recheck);
        }

        FrozenBatch? batch = Outbox.Frozen ?? (isRecovery ? Recovered = Outbox.Load(Recovered!) : null) ?? Outbox.Freeze((int)Math.Min(_maxBytes, maxPayload - HeaderSize));
        if (batch is not null)
        {
            _state = SendRules.Sent(_state, batch.Payload.Length, options, now); // before it is written, because the answer may be faster than the result
        }

        return new SendStep(batch, null);
    }

    /// <summary>The batch that <see cref="Next"/> has returned was not written.</summary>
    public void NotWritten(FrozenBatch batch, WriteResult result, TimeSpan now)
    {
        if (result == WriteResult.TooLarge)
        {
            _tooLarge += batch.Events;
            Release(batch);
        }

        _state = SendRules.Postponed(_state, now);
    }

    /// <summary>An answer to a batch has arrived, possibly to an earlier attempt. Answers to other batches have no effect.</summary>
    /// <param name="number">The number of the batch.</param>
    /// <param name="failure">Why it is not stored; <see cref="SendFailure.None"/>: it is.</param>
    /// <param name="text">What the stream says about it; null: nothing.</param>
    /// <param name="now">The time.</param>
    public void Answered(long number, SendFailure failure, string? text, TimeSpan now)
    {
        if (Outbox.Frozen is not { } batch || batch.Number != number)
        {
            return;
        }

        if (failure == SendFailure.None)
        {
            _shipped += batch.Events;
            _stored++;
            Release(batch);
            _state = SendRules.Stored(_state, now);
        }
        else if (failure == SendFailure.TooLarge)
        {
            // The same bytes are refused each time, and what waits behind them is not their fault. Its batches are smaller.
            (_failures, _tooLarge) = (_failures + 1, _tooLarge + batch.Events);
            _maxBytes = batch.Events > 1 ? Math.Max(LeastBatch, Math.Min(_maxBytes, batch.Payload.Length) / 2) : _maxBytes;
            Release(batch);
            _state = SendRules.Stored(_state, now);
            Warn(failure, text, now);
        }
        else if (_state.AckDue is not null)
        {
            Fail(failure, text, now);
        }
    }

    /// <summary>Returns what is to be logged, one time; null: nothing.</summary>
    public (SendFailure Failure, string? Text)? TakeWarning()
    {
        (SendFailure Failure, string? Text) taken = Warning;
        Warning = default;
        return taken.Failure == SendFailure.None ? null : taken;
    }

    private void Release(FrozenBatch batch)
    {
        Outbox.Release();
        Recovered = Recovered == batch ? null : Recovered;
    }

    private void Fail(SendFailure failure, string? text, TimeSpan now)
    {
        _failures++;
        _state = SendRules.Failed(_state, failure, options, now);
        Warn(failure, text, now);
    }

    private void Warn(SendFailure failure, string? text, TimeSpan now)
    {
        if (SendRules.MayWarn(_state, now))
        {
            _state = _state with { Warned = now };
            Warning = (failure, text);
        }
    }
}
