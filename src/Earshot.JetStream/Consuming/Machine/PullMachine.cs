namespace Earshot.JetStream.Consuming;

/// <summary>
/// The state machine of one read of a pull consumer: decides which pull requests are sent, with which inbox, what a status means, when the
/// read is silent, and when it ends. A pure function of its inputs, without sockets, tasks, clock and random numbers. Times are ticks of
/// 100 ns of a monotonic clock. For one caller at a time. Effects are added to <see cref="Effects"/>, in the order of their execution.
/// </summary>
internal sealed class PullMachine
{
    private readonly PullCourse _course;
    private readonly PullStopping _stopping;

    /// <param name="seed">The seed for the jitter of delays.</param>
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

    /// <summary>The status that ended the read; default when none did.</summary>
    public PullStatus LostBy => _course.LostBy;

    /// <summary>The reason why the read ended with <see cref="PullEnding.Doubt"/>.</summary>
    public RecreateCause Cause => _course.Cause;

    public int Epoch => _course.Epochs.Current;

    public bool IsStalled => _course.Vitals.IsStalled;

    public bool IsOver => _course.IsOver;

    /// <summary>Whether a pending decision may invalidate the pull requests of the current epoch.</summary>
    public bool IsUndecided => _course.IsUndecided;

    /// <summary>The amount that may still arrive, on the current inbox and on old ones.</summary>
    public long StillComing => _course.StillComing;

    /// <summary>Whether the inbox of an ended single pull is kept for the next one.</summary>
    public bool IsInboxKept => _course.IsOver && _course.Epochs.IsClean;

    /// <summary>The time at which <see cref="Timer"/> must be called at the latest; <see cref="PullTimes.Never"/> when it need not be called.</summary>
    public long Due => Phase switch
    {
        PullPhase.NotStarted or PullPhase.Ended or PullPhase.Lost => PullTimes.Never,
        PullPhase.Suspended => _course.Times.Deadline,
        _ => Math.Min(Math.Min(_course.SilenceDue, _course.Times.First), _course.Epochs.Due),
    };

    /// <summary>Starts the read, or the next single pull.</summary>
    /// <param name="wanted">The settings of the read.</param>
    /// <param name="limits">The limits of the consumer. Not applied to single pulls, which the server rejects when they exceed them.</param>
    /// <param name="pending">The last known number of messages that have not been delivered.</param>
    /// <param name="hasSession">Whether the connection has a session. If not, <see cref="SessionStarting"/> follows.</param>
    /// <param name="now">The present time.</param>
    public void Start(PullSettings wanted, PullLimits limits, ulong pending, bool hasSession, long now)
    {
        bool isClamped = false;
        _course.Reset(wanted.IsSingle ? wanted : wanted.Within(limits, out isClamped), pending, now);
        if (isClamped)
        {
            _course.ReportClamped();
        }

        if (!_course.Epochs.IsClean)
        {
            _course.Epochs.Renew(0, now, now, Effects); // the end of the last pull has removed all others
        }

        _course.Phase = hasSession ? PullPhase.Asking : PullPhase.Suspended;
        _course.Ask(now);
    }

    /// <summary>Processes messages received on the inbox of an epoch.</summary>
    /// <param name="epoch">The epoch of the inbox.</param>
    /// <param name="msgs">The number of messages.</param>
    /// <param name="bytes">The size of the messages, in bytes.</param>
    /// <param name="pending">The number of messages after the last of them that have not been delivered.</param>
    /// <param name="now">The present time.</param>
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

    /// <summary>Processes a status received on the inbox of an epoch. A status of an old epoch is ignored, unless the consumer was deleted.</summary>
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

    /// <summary>Subtracts messages that the application has processed, and sends the next pull request when it is due.</summary>
    public void Processed(long msgs, long bytes, long now)
    {
        Amounts.Process(msgs, bytes);
        if (!Settings.IsSingle)
        {
            _course.Ask(now);
        }
    }

    /// <summary>Processes a pull request that could not be written.</summary>
    public void SendFailed(int epoch, in PullAsk ask, long now)
    {
        if (epoch == Epoch && _course.IsRunning)
        {
            _course.Unask(ask, now);
        }
    }

    /// <summary>Processes the loss of the session: all pull requests are lost, and old inboxes are not subscribed again.</summary>
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

        if (_course.Probe == ProbePurpose.Deadline)
        {
            _course.End(PullEnding.Deadline); // its time is over, and the request that would have ended it is lost
            return;
        }

        if (!_course.EndInDoubt(RecreateCause.Reconnected))
        {
            _course.Suspend(now);
        }
    }

    /// <summary>Processes the start of a session, which subscribes the inbox of the current epoch. The pull request for it is an effect.</summary>
    public void SessionStarting(long now)
    {
        if (Phase == PullPhase.Suspended)
        {
            _course.Phase = PullPhase.Asking;
            _course.Vitals.Restart(now);
            _course.Ask(now);
        }
    }

    /// <summary>Processes the end of the connection.</summary>
    public void ConnectionEnded()
    {
        if (!IsOver && Phase != PullPhase.NotStarted)
        {
            _course.End(PullEnding.Connection);
        }
    }

    /// <summary>Ends the read, because an effect could not be executed.</summary>
    public void Fail()
    {
        if (!IsOver && Phase != PullPhase.NotStarted)
        {
            _course.End(PullEnding.Failed);
        }
    }

    /// <summary>Processes the result of a request for the info of the consumer.</summary>
    public void ProbeAnswered(in PullProbe result, long now) => ProbeRules.Apply(_course, result, now);

    /// <summary>Stops the read: requests no more messages, and waits for requested ones until none has arrived for <paramref name="quiet"/>.</summary>
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

    /// <summary>Processes the PONG of a <see cref="PullEffectKind.Fence"/>.</summary>
    public void Fenced() => _stopping.Fenced();

    /// <summary>Applies what is due. May be called early and repeatedly.</summary>
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
        else
        {
            TimerRules.Apply(_course, now);
        }
    }

    /// <summary>Ends the read immediately. No more messages are accepted.</summary>
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

    /// <summary>Removes the inbox that was kept for the next single pull.</summary>
    public void GiveUpInbox()
    {
        if (IsOver)
        {
            _course.Epochs.ForgetAll(Effects);
        }
    }
}
