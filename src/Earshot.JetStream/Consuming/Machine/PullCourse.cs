namespace Earshot.JetStream.Consuming;

/// <summary>
/// The state of one read and the transitions that change it: a pull request, a new epoch, an end. <see cref="PullMachine"/> and the
/// rules decide which transition is made.
/// </summary>
internal sealed class PullCourse
{
    private const long Second = TimeSpan.TicksPerSecond;
    private const long SendRetry = 50 * TimeSpan.TicksPerMillisecond;

    private RetryDelay _retry;
    private long _pullsEnd; // the expiry of the last pull request of the current epoch
    private long _tooSmall; // the capacity that was too small for the next message; 0: none
    private bool _isAsked; // for single pulls
    private bool _isTooLargeReported;

    public PullCourse(uint seed)
    {
        Vitals = new PullVitals(Effects);
        _retry = new RetryDelay(seed);
    }

    public List<PullEffect> Effects { get; } = new(2); // nearly never more

    public PullAmounts Amounts { get; } = new();

    public PullEpochs Epochs { get; } = new();

    public PullVitals Vitals { get; }

    public PullTimes Times = new();

    public PullSettings Settings { get; private set; } = new() { MaxMsgs = 1, Expires = Second };

    public PullPhase Phase { get; set; }

    public PullEnding Ending { get; private set; }

    public LostReason Loss { get; private set; }

    public PullStatus LostBy { get; private set; }

    /// <summary>The reason why the read ended with <see cref="PullEnding.Doubt"/>.</summary>
    public RecreateCause Cause { get; private set; }

    /// <summary>The purpose of a running request for the info of the consumer; its result decides the next step.</summary>
    public ProbePurpose Probe { get; set; }

    public bool IsRunning => Phase is PullPhase.Asking or PullPhase.Flowing or PullPhase.Doubtful;

    public bool IsOver => Phase is PullPhase.Ended or PullPhase.Lost;

    /// <summary>Whether a pending decision may invalidate the pull requests of the current epoch.</summary>
    public bool IsUndecided => Probe is not (ProbePurpose.None or ProbePurpose.Check) || Times.NewEpoch != PullTimes.Never;

    /// <summary>The amount that may still arrive, on the current inbox and on old ones.</summary>
    public long StillComing => Amounts.Outstanding + Epochs.RetiringAmount;

    /// <summary>The time at which missing messages and heartbeats mean silence. Without a waiting pull request the server sends nothing, so there is none.</summary>
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

    /// <summary>Sends a pull request for the free capacity, when it is due.</summary>
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

    /// <summary>Takes back a pull request that could not be written. It is sent again soon.</summary>
    public void Unask(in PullAsk ask, long now)
    {
        Amounts.End(ask.Batch, ask.MaxBytes);
        _isAsked = false;
        Times.Ask = now + SendRetry;
        Times.Unsent = Settings.Heartbeat > 0 ? Math.Min(Times.Unsent, now + (2 * Settings.Heartbeat)) : PullTimes.Never;
    }

    /// <summary>
    /// Reports that nothing arrives if pull requests still cannot be written. The read only waits: the consumer is not silent, and a new epoch
    /// could not be written either.
    /// </summary>
    public void ReportUnsent()
    {
        if (Amounts.Outstanding == 0)
        {
            Vitals.Alarm(2 * Settings.Heartbeat);
            Phase = PullPhase.Doubtful;
        }
    }

    /// <summary>Starts a new epoch: the pull requests of the current one are not trusted any more, and a new one is sent with a new inbox.</summary>
    public void NewEpoch(long now)
    {
        (Times.NewEpoch, Times.Ask, _isAsked, _tooSmall) = (PullTimes.Never, PullTimes.Never, false, 0);
        Epochs.Renew(Amounts.Retire(), now, Math.Max(_pullsEnd, now), Effects);
        Ask(now);
        Epochs.Limit(Settings.Capacity, now, Effects); // together with the new pull request, at most twice the capacity
    }

    /// <summary>Starts a new epoch after a delay, which increases with each attempt.</summary>
    public void NewEpochLater(long now) => Times.NewEpoch = now + _retry.Next();

    /// <summary>The number of attempts since the last response.</summary>
    public int Attempts => _retry.Attempts;

    /// <summary>Processes a message or heartbeat.</summary>
    public void Live()
    {
        Phase = PullPhase.Flowing;
        (Times.Stall, Times.Unsent) = (PullTimes.Never, PullTimes.Never);
        _isTooLargeReported = false;
        _retry.Reset();
    }

    /// <summary>Subtracts what an ended pull request did not receive. Returns false when the status does not contain it.</summary>
    public bool Subtract(in PullStatus status)
    {
        if (status.Kind == PullStatusKind.SizeExceeded)
        {
            _tooSmall = Math.Max(1, Settings.Capacity - (Amounts.Pending - Math.Max(0, status.PendingBytes)));
        }

        bool isKnown = Settings.CountsBytes ? status.PendingBytes >= 0 : status.PendingMsgs >= 0;
        if (isKnown)
        {
            Amounts.End(status.PendingMsgs, status.PendingBytes);
        }

        return isKnown;
    }

    /// <summary>
    /// Delays the next pull request by a second when the next message is larger than the whole capacity; the message may be removed meanwhile.
    /// Returns true the first time.
    /// </summary>
    public bool DelayIfTooLarge(long now)
    {
        if (Settings.IsSingle || _tooSmall < Settings.Capacity)
        {
            return false;
        }

        _tooSmall = 0;
        Times.Ask = now + Second;
        bool isFirst = !_isTooLargeReported;
        _isTooLargeReported = true;
        return isFirst;
    }

    /// <summary>Suspends the read, because the session and all pull requests are lost.</summary>
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

    /// <summary>Ends a read that must not continue after a possible loss. Returns false when this read continues.</summary>
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

    /// <summary>Continues within the limits of the consumer.</summary>
    public void Clamp(PullLimits limits) => Settings = Settings.Within(limits, out _) with { IsClamped = true };

    /// <summary>Ends the read because of the server. Buffered messages can still be read.</summary>
    public void Lose(LostReason reason, in PullStatus status)
    {
        (Loss, LostBy) = (reason, status);
        if (status.Code != 0)
        {
            Report(new PullNote(PullNoteKind.StatusError) { Code = status.Code, Description = status.Description });
        }

        Report(new PullNote(PullNoteKind.Lost) { Loss = reason });
        Amounts.Retire();
        Epochs.ForgetAll(Effects);
        Phase = PullPhase.Lost;
        Ending = PullEnding.Lost;
        Effects.Add(new PullEffect(PullEffectKind.Finish));
    }

    /// <summary>Ends a single pull. Its inbox is kept for the next one, unless messages may still arrive on it.</summary>
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

    /// <summary>Ends the read immediately. No more messages are accepted.</summary>
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

    public void Report(NatsJSNotificationKind notice, string? detail = null) => Report(new PullNote(PullNoteKind.Notice) { Notice = notice, Detail = detail });

    /// <summary>Reports that pull requests are limited by the consumer, with the limits.</summary>
    public void ReportClamped() => Report(
        NatsJSNotificationKind.Clamped,
        Settings.CountsBytes ? $"{Settings.MaxBytes} bytes, expires {Settings.Expires / TimeSpan.TicksPerMillisecond} ms" : $"{Settings.MaxMsgs} messages, expires {Settings.Expires / TimeSpan.TicksPerMillisecond} ms");

    public void Report(PullNote note) => Effects.Add(new PullEffect(PullEffectKind.Report) { Note = note });

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
