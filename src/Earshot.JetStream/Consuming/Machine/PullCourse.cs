namespace Earshot.JetStream.Consuming;

/// <summary>
/// The state of one read and the steps that change it: asking, a new epoch, the ways to end. When a step is taken is decided by
/// <see cref="PullMachine"/> and <see cref="StatusRules"/>.
/// </summary>
internal sealed class PullCourse
{
    private const long Second = TimeSpan.TicksPerSecond;
    private const long SendRetry = 50 * TimeSpan.TicksPerMillisecond;

    private RetryDelay _retry;
    private long _pullsEnd; // when the last pull of the current epoch expires
    private long _tooSmall; // room that the next message did not fit into; 0: none
    private bool _isAsked; // single pulls
    private bool _isTooLargeTold;

    public PullCourse(uint seed)
    {
        Vitals = new PullVitals(Effects);
        _retry = new RetryDelay(seed);
    }

    public List<PullEffect> Effects { get; } = [];

    public PullAmounts Amounts { get; } = new();

    public PullEpochs Epochs { get; } = new();

    public PullVitals Vitals { get; }

    public PullTimes Times = new();

    public PullSettings Settings { get; private set; } = new() { MaxMsgs = 1, Expires = Second };

    public PullPhase Phase { get; set; }

    public PullEnding Ending { get; private set; }

    public LostReason Loss { get; private set; }

    public PullStatus LostBy { get; private set; }

    /// <summary>Why certainty was lost.</summary>
    public RecreateCause Cause { get; private set; }

    /// <summary>What the server was asked for; its answer decides what comes next.</summary>
    public ProbePurpose Probe { get; set; }

    public bool IsRunning => Phase is PullPhase.Asking or PullPhase.Flowing or PullPhase.Doubtful;

    public bool IsOver => Phase is PullPhase.Ended or PullPhase.Lost;

    /// <summary>A decision is in flight that may void the pulls of the current epoch.</summary>
    public bool IsUndecided => Probe is not (ProbePurpose.None or ProbePurpose.Check) || Times.NewEpoch != PullTimes.Never;

    /// <summary>What may still come: on the current inbox and on old ones.</summary>
    public long StillComing => Amounts.Outstanding + Epochs.RetiringAmount;

    /// <summary>When silence is one. Without a waiting pull the server sends nothing, so silence says nothing then.</summary>
    public long SilenceDue =>
        !IsRunning || Amounts.Outstanding == 0 || IsUndecided ? PullTimes.Never
        : Settings.Heartbeat > 0 ? Vitals.LastSign + (2 * Settings.Heartbeat)
        : Settings.IsSingle ? PullTimes.Never
        : _pullsEnd + Second;

    public void Reset(PullSettings settings, ulong pending, long now)
    {
        Settings = settings;
        Amounts.Reset(settings.CountsBytes);
        Vitals.Reset(now, pending);
        _retry.Reset();
        Times = new PullTimes { Deadline = settings.IsSingle ? now + settings.Expires + Second : PullTimes.Never };
        (Ending, Probe, _tooSmall, _isAsked) = (PullEnding.None, ProbePurpose.None, 0, false);
    }

    /// <summary>Asks for what there is room for, if it is time to.</summary>
    public void Ask(long now)
    {
        if (!IsRunning || IsUndecided || (Times.Ask > now && Times.Ask != PullTimes.Never))
        {
            return;
        }

        PullAsk ask = Settings.IsSingle ? RestOfSingle(now) : NextOfMany();
        if (ask.Batch <= 0)
        {
            return;
        }

        if (Amounts.Outstanding == 0)
        {
            Vitals.Restart(now);
        }

        _isAsked = true;
        _pullsEnd = now + Settings.Expires;
        Vitals.PullsInStall++;
        Amounts.Ask(Settings.CountsBytes ? ask.MaxBytes : ask.Batch);
        Effects.Add(new PullEffect(PullEffectKind.Ask, Epochs.Current) { Ask = ask });
    }

    /// <summary>A pull could not be written: it is asked for again soon.</summary>
    public void Unask(in PullAsk ask, long now)
    {
        Amounts.End(ask.Batch, ask.MaxBytes);
        _isAsked = false;
        Times.Ask = now + SendRetry;
    }

    /// <summary>The pulls of the current epoch are not trusted any more: asks on a fresh inbox.</summary>
    public void NewEpoch(long now)
    {
        (Times.NewEpoch, Times.Ask, _isAsked, _tooSmall) = (PullTimes.Never, PullTimes.Never, false, 0);
        Epochs.Renew(Amounts.Retire(), now, Math.Max(_pullsEnd, now), Effects);
        Ask(now);
        Epochs.Limit(Settings.Capacity, now, Effects); // with what was asked for now it is twice that
    }

    /// <summary>The same, after a delay that grows.</summary>
    public void NewEpochLater(long now) => Times.NewEpoch = now + _retry.Next();

    /// <summary>Attempts since the last response.</summary>
    public int Attempts => _retry.Attempts;

    /// <summary>Something came.</summary>
    public void Live()
    {
        Phase = PullPhase.Flowing;
        Times.Stall = PullTimes.Never;
        _isTooLargeTold = false;
        _retry.Reset();
    }

    /// <summary>A pull is over; its status tells what is left of it. False: it does not.</summary>
    public bool Subtract(in PullStatus status)
    {
        if (status.Kind == PullStatusKind.SizeExceeded)
        {
            _tooSmall = Math.Max(1, Settings.Capacity - (Amounts.Pending - Math.Max(0, status.PendingBytes)));
        }

        bool isTold = Settings.CountsBytes ? status.PendingBytes >= 0 : status.PendingMsgs >= 0;
        if (isTold)
        {
            Amounts.End(status.PendingMsgs, status.PendingBytes);
        }

        return isTold;
    }

    /// <summary>
    /// The next message is larger than all that may be asked for: asked again after a second, in which it may have gone. True the first
    /// time.
    /// </summary>
    public bool DelayIfTooLarge(long now)
    {
        if (Settings.IsSingle || _tooSmall < Settings.Capacity)
        {
            return false;
        }

        _tooSmall = 0;
        Times.Ask = now + Second;
        bool isFirst = !_isTooLargeTold;
        _isTooLargeTold = true;
        return isFirst;
    }

    /// <summary>The session is gone and every pull with it.</summary>
    public void Suspend(long now)
    {
        Times = new PullTimes { Deadline = Times.Deadline };
        (Probe, _isAsked, _tooSmall) = (ProbePurpose.None, false, 0);
        _retry.Reset();
        Amounts.Retire();
        Epochs.ForgetAll(Effects);
        Epochs.Renew(0, now, now, Effects);
        Phase = PullPhase.Suspended;
    }

    public void Ask(ProbePurpose purpose)
    {
        Probe = purpose;
        Effects.Add(new PullEffect(PullEffectKind.Probe));
    }

    /// <summary>Ends a read that must not continue without certainty. False: this one continues.</summary>
    public bool EndInDoubt(RecreateCause cause)
    {
        if (!Settings.EndsInDoubt || IsOver)
        {
            return false;
        }

        Cause = cause;
        Amounts.Retire();
        Epochs.ForgetAll(Effects);
        Finish(PullEnding.Doubt);
        return true;
    }

    /// <summary>Goes on within the consumer's limits.</summary>
    public void Clamp(PullLimits limits) => Settings = Settings.Within(limits, out _) with { IsClamped = true };

    /// <summary>The server's word ended it; what is buffered can still be read.</summary>
    public void Lose(LostReason reason, in PullStatus status)
    {
        (Loss, LostBy) = (reason, status);
        if (status.Code != 0)
        {
            SendServerInfo(new PullNote(PullNoteKind.StatusError) { Code = status.Code, Description = status.Description });
        }

        SendServerInfo(new PullNote(PullNoteKind.Lost) { Loss = reason, Count = Amounts.BufferedMsgs });
        Amounts.Retire();
        Epochs.ForgetAll(Effects);
        Phase = PullPhase.Lost;
        Ending = PullEnding.Lost;
        Effects.Add(new PullEffect(PullEffectKind.Finish));
    }

    /// <summary>A single pull is over. Its inbox is kept for the next one, unless something may still come on it.</summary>
    public void Complete(PullEnding ending)
    {
        bool isExact = Amounts.Outstanding == 0 || ending == PullEnding.Status;
        bool hasMore = ending == PullEnding.Filled && Settings.MaxBytes > 0; // 409 Batch Completed follows, if bytes are left
        Amounts.Retire();
        if (!isExact || hasMore || !Epochs.IsClean)
        {
            Epochs.ForgetAll(Effects);
        }

        Finish(ending);
    }

    /// <summary>Over immediately: nothing more is taken.</summary>
    public void End(PullEnding ending)
    {
        Amounts.Retire();
        Epochs.ForgetAll(Effects);
        Finish(ending);
    }

    public void Finish(PullEnding ending)
    {
        (Phase, Ending) = (PullPhase.Ended, ending);
        Effects.Add(new PullEffect(PullEffectKind.Finish));
    }

    public void SendServerInfo(NatsJSNotificationKind notice) => SendServerInfo(new PullNote(PullNoteKind.Notice) { Notice = notice });

    public void SendServerInfo(PullNote note) => Effects.Add(new PullEffect(PullEffectKind.SendServerInfo) { Note = note });

    private PullAsk NextOfMany()
    {
        long room = Settings.Capacity - Amounts.Pending;
        if (Amounts.Pending > Settings.Threshold || room <= 0 || (_tooSmall > 0 && room <= _tooSmall))
        {
            return default;
        }

        _tooSmall = 0;
        return Settings.CountsBytes
            ? new PullAsk(PullSettings.BatchOfBytes, (int)room, Settings.Expires, Settings.Heartbeat, false)
            : new PullAsk((int)room, 0, Settings.Expires, Settings.Heartbeat, false);
    }

    private PullAsk RestOfSingle(long now)
    {
        long left = Times.Deadline - Second - now;
        if (_isAsked || (left <= 0 && !Settings.NoWait))
        {
            return default;
        }

        int msgs = (int)Math.Max(0, Settings.MaxMsgs - Amounts.ReceivedMsgs);
        int bytes = Settings.MaxBytes > 0 ? (int)Math.Max(1, Settings.MaxBytes - Amounts.ReceivedBytes) : 0;
        long heartbeat = 2 * Settings.Heartbeat <= left ? Settings.Heartbeat : 0;
        return Settings.NoWait ? new PullAsk(msgs, bytes, 0, 0, true) : new PullAsk(msgs, bytes, left, heartbeat, false);
    }
}
