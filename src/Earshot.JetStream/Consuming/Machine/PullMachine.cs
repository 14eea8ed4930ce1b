namespace Earshot.JetStream.Consuming;

/// <summary>
/// Decides for one read of a pull consumer: what to ask for, on which inbox, what a status means, when silence is one, and when it is
/// over. A pure function of its inputs: it has no socket, task, clock or random number. Times are ticks of 100 ns on any clock that only
/// goes forward; one caller at a time. Orders gather in <see cref="Effects"/>, in the order in which they are to be carried out.
/// </summary>
internal sealed class PullMachine
{
    private readonly PullCourse _course;
    private readonly PullStopping _stopping;

    /// <param name="seed">Varies the delays between attempts.</param>
    public PullMachine(uint seed)
    {
        _course = new PullCourse(seed);
        _stopping = new PullStopping(_course);
    }

    public List<PullEffect> Effects => _course.Effects;

    public PullAmounts Amounts => _course.Amounts;

    public PullSettings Settings => _course.Settings;

    public PullPhase Phase => _course.Phase;

    public PullEnding Ending => _course.Ending;

    public LostReason Loss => _course.Loss;

    /// <summary>The status that ended it, if one did.</summary>
    public PullStatus LostBy => _course.LostBy;

    /// <summary>Of a read that ended unconfirmed: why.</summary>
    public RecreateCause Cause => _course.Cause;

    public int Epoch => _course.Epochs.Current;

    public bool IsStalled => _course.Vitals.IsStalled;

    public bool IsOver => _course.IsOver;

    /// <summary>The answer about the consumer, or a moment to come, decides what is asked for next.</summary>
    public bool IsUndecided => _course.IsUndecided;

    /// <summary>What may still come: on the current inbox and on old ones.</summary>
    public long StillComing => _course.StillComing;

    /// <summary>The inbox of an ended single pull is subscribed for the next one.</summary>
    public bool IsInboxKept => _course.IsOver && _course.Epochs.IsClean;

    /// <summary>When <see cref="Timer"/> is to be called at the latest; <see cref="PullTimes.Never"/>: not at all.</summary>
    public long Due => Phase switch
    {
        PullPhase.NotStarted or PullPhase.Ended or PullPhase.Lost => PullTimes.Never,
        PullPhase.Suspended => _course.Times.Deadline,
        _ => Math.Min(Math.Min(_course.SilenceDue, _course.Times.First), _course.Epochs.Due),
    };

    /// <summary>Begins, for the first time or after a single pull is over.</summary>
    /// <param name="wanted">What to ask for.</param>
    /// <param name="limits">What the consumer allows; single pulls are sent as they are, and the server refuses them.</param>
    /// <param name="pending">The last known number of messages that wait in the stream.</param>
    /// <param name="hasSession">False: <see cref="SessionStarting"/> follows.</param>
    /// <param name="now">The time.</param>
    public void Start(PullSettings wanted, PullLimits limits, ulong pending, bool hasSession, long now)
    {
        bool isClamped = false;
        _course.Reset(wanted.IsSingle ? wanted : wanted.Within(limits, out isClamped), pending, now);
        if (isClamped)
        {
            _course.SendServerInfo(NatsJSNotificationKind.Clamped);
        }

        if (!_course.Epochs.IsClean)
        {
            _course.Epochs.ForgetAll(Effects);
            _course.Epochs.Renew(0, now, now, Effects);
        }

        _course.Phase = hasSession ? PullPhase.Asking : PullPhase.Suspended;
        _course.Ask(now);
    }

    /// <summary>Messages came on the inbox of an epoch.</summary>
    /// <param name="epoch">Whose inbox.</param>
    /// <param name="msgs">How many.</param>
    /// <param name="bytes">Their bytes.</param>
    /// <param name="pending">Messages that wait in the stream behind the last of them.</param>
    /// <param name="now">The time.</param>
    public void Received(int epoch, long msgs, long bytes, ulong pending, long now)
    {
        bool isCurrent = epoch == Epoch;
        long amount = Amounts.Receive(msgs, bytes, isCurrent);
        if (IsOver || Phase is PullPhase.NotStarted or PullPhase.Suspended)
        {
            return;
        }

        if (!isCurrent)
        {
            _course.Epochs.Seen(epoch, amount, now);
        }

        _course.Vitals.KnownPending = pending;
        if (Phase == PullPhase.Stopping)
        {
            _stopping.Went(now);
            return;
        }

        _course.Vitals.Message(now);
        _course.Live();
        if (!Settings.IsSingle)
        {
            _course.Ask(now);
        }
        else if (Amounts.ReceivedMsgs >= Settings.MaxMsgs)
        {
            _course.Complete(PullEnding.Filled);
        }
    }

    /// <summary>A status came on the inbox of an epoch. Those of old epochs say nothing new, except that the consumer is gone.</summary>
    public void Status(int epoch, in PullStatus status, long now)
    {
        bool isCurrent = epoch == Epoch;
        if (IsOver || Phase is PullPhase.NotStarted or PullPhase.Suspended || (!isCurrent && status.Kind != PullStatusKind.ConsumerDeleted))
        {
            return;
        }

        if (Phase == PullPhase.Stopping)
        {
            _stopping.Status(status, isCurrent, now);
        }
        else
        {
            StatusRules.Apply(_course, status, now);
        }
    }

    /// <summary>The application asked for the message after these, so they are processed.</summary>
    public void Processed(long msgs, long bytes, long now)
    {
        Amounts.Process(msgs, bytes);
        if (!Settings.IsSingle)
        {
            _course.Ask(now);
        }
    }

    /// <summary>A pull could not be written.</summary>
    public void SendFailed(int epoch, in PullAsk ask, long now)
    {
        if (epoch == Epoch && _course.IsRunning)
        {
            _course.Unask(ask, now);
        }
    }

    /// <summary>The connection has lost its session: what was asked for is void, and no old inbox is subscribed again.</summary>
    public void SessionLost(long now)
    {
        if (IsOver || Phase is PullPhase.NotStarted or PullPhase.Suspended)
        {
            return;
        }

        if (Phase == PullPhase.Stopping)
        {
            _course.End(PullEnding.Stopped);
            return;
        }

        if (!_course.EndInDoubt(RecreateCause.Reconnected))
        {
            _course.Suspend(now);
        }
    }

    /// <summary>A session begins; the inbox of the present epoch is subscribed with it. The pull that belongs to it is an effect.</summary>
    public void SessionStarting(long now)
    {
        if (Phase == PullPhase.Suspended)
        {
            _course.Phase = PullPhase.Asking;
            _course.Vitals.Restart(now);
            _course.Ask(now);
        }
    }

    /// <summary>The connection is closed or has failed.</summary>
    public void ConnectionEnded()
    {
        if (!IsOver && Phase != PullPhase.NotStarted)
        {
            _course.End(PullEnding.Connection);
        }
    }

    /// <summary>What the server says of the consumer, or that it says nothing.</summary>
    public void ProbeAnswered(in PullProbe answer, long now)
    {
        ProbePurpose purpose = _course.Probe;
        _course.Probe = ProbePurpose.None;
        if (purpose == ProbePurpose.None || !_course.IsRunning)
        {
            return;
        }

        if (answer.Kind is PullProbeKind.ConsumerDeleted or PullProbeKind.StreamDeleted)
        {
            _course.Lose(answer.Kind == PullProbeKind.StreamDeleted ? LostReason.StreamDeleted : LostReason.ConsumerDeleted, default);
        }
        else if (purpose == ProbePurpose.Deadline)
        {
            _course.Complete(PullEnding.Deadline);
        }
        else if (answer is { Kind: PullProbeKind.Exists, Facts: { } facts })
        {
            StatusRules.Exists(_course, purpose, facts, now);
        }
        else
        {
            StatusRules.Unavailable(_course, purpose, answer.Kind, now);
        }
    }

    /// <summary>No more is asked for. What was asked for is waited for until nothing came for <paramref name="quiet"/>.</summary>
    public void Stop(long quiet, long now)
    {
        if (IsOver || Phase is PullPhase.NotStarted or PullPhase.Stopping)
        {
            return;
        }

        if (Phase == PullPhase.Suspended)
        {
            _course.End(PullEnding.Stopped);
            return;
        }

        _stopping.Begin(quiet, now);
    }

    /// <summary>The PONG of a <see cref="PullEffectKind.Fence"/> is here.</summary>
    public void Fenced() => _stopping.Fenced();

    /// <summary>Time passed; may be called too early and more than once.</summary>
    public void Timer(long now)
    {
        if (IsOver || Phase == PullPhase.NotStarted)
        {
            return;
        }

        _course.Epochs.GiveUpDue(now, Effects);
        if (Phase == PullPhase.Stopping)
        {
            _stopping.Timer(now);
        }
        else if (now >= _course.Times.Deadline)
        {
            Overdue();
        }
        else if (_course.IsRunning)
        {
            TimerWhileRunning(now);
        }
    }

    /// <summary>Ends immediately: what could still come is not wanted.</summary>
    public void Abandon()
    {
        if (!IsOver)
        {
            _course.End(PullEnding.Stopped);
        }
        else
        {
            GiveUpInbox();
        }
    }

    /// <summary>The inbox that was kept for the next single pull is given up.</summary>
    public void GiveUpInbox()
    {
        if (IsOver)
        {
            _course.Epochs.ForgetAll(Effects);
        }
    }

    private void TimerWhileRunning(long now)
    {
        ref PullTimes times = ref _course.Times;
        if (now >= times.Stall)
        {
            times.Stall = PullTimes.Never;
            _course.Vitals.Stall(StallReason.NoLeader, null, Amounts.BufferedMsgs, now);
        }

        if (now >= times.NewEpoch)
        {
            _course.NewEpoch(now);
        }

        if (now >= times.Ask)
        {
            times.Ask = PullTimes.Never;
            _course.Ask(now);
        }

        if (now >= _course.SilenceDue)
        {
            Silent(now);
        }
    }

    private void Silent(long now)
    {
        _course.Vitals.Silent(now);
        if (_course.EndInDoubt(RecreateCause.MissedHeartbeats))
        {
            return;
        }

        _course.Phase = PullPhase.Doubtful;
        if (_course.Vitals.Missed > 1)
        {
            _course.Ask(ProbePurpose.Silence);
        }
        else
        {
            _course.NewEpoch(now);
        }
    }

    // The server has not ended a single pull in time, or there was no session to send it with.
    private void Overdue()
    {
        _course.Times = new PullTimes();
        if (Phase == PullPhase.Suspended)
        {
            _course.End(PullEnding.Deadline);
        }
        else
        {
            _course.Ask(ProbePurpose.Deadline);
        }
    }
}
