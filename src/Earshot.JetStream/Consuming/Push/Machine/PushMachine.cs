namespace Earshot.JetStream.Consuming;

/// <summary>
/// The state machine of one read of a push consumer: decides when a flow control request is answered, what a silence means, when the
/// consumer is recreated, and when the read ends. A pure function of its inputs, without sockets, tasks, clock and random numbers. Times are
/// ticks of 100 ns of a monotonic clock. For one caller at a time. Effects are added to <see cref="Effects"/>, in the order of their execution.
/// </summary>
internal sealed class PushMachine(uint seed)
{
    private const long StopLimit = 2 * TimeSpan.TicksPerSecond;
    private const long WriteAgain = 50 * TimeSpan.TicksPerMillisecond;

    private readonly PushCourse _course = new(seed);

    public List<PushEffect> Effects => _course.Effects;

    public PushCounts Counts => _course.Counts;

    public PushSettings Settings => _course.Settings;

    public PushPhase Phase => _course.Phase;

    public PullEnding Ending => _course.Ending;

    public LostReason Loss => _course.Loss;

    /// <summary>The status that ended the read; default when none did.</summary>
    public PullStatus LostBy => _course.LostBy;

    public bool IsStalled => _course.Vitals.IsStalled;

    public bool IsOver => _course.IsOver;

    /// <summary>Whether a flow control request waits for the application.</summary>
    public bool IsHolding => _course.Gate.IsHeld;

    /// <summary>The number of processed messages that the machine must learn of; <see cref="long.MaxValue"/>: it need not.</summary>
    public long ReleaseAt => _course.Gate.ReleaseAt;

    /// <summary>Whether messages that the application has not taken when the read stops are left until AckWait ends.</summary>
    public bool LeavesRest => Settings.LeavesRest;

    /// <summary>The time at which <see cref="Timer"/> must be called at the latest; <see cref="PullTimes.Never"/> when it need not be called.</summary>
    public long Due => Phase == PushPhase.NotStarted || IsOver ? PullTimes.Never : Math.Min(_course.SilenceDue, _course.Times.First);

    /// <summary>Starts the read.</summary>
    /// <param name="settings">The settings of the read.</param>
    /// <param name="pending">The last known number of messages that have not been delivered.</param>
    /// <param name="hasSession">Whether the connection has a session. If not, <see cref="SessionStarting"/> follows.</param>
    /// <param name="now">The present time.</param>
    public void Start(PushSettings settings, ulong pending, bool hasSession, long now)
    {
        _course.Settings = settings;
        _course.Vitals.Reset(now, pending);
        _course.Phase = hasSession ? PushPhase.Waiting : PushPhase.Suspended;
        Effects.Add(new PushEffect(PushEffectKind.Subscribe));
        if (hasSession && settings is { IsRecreatable: true, IsNew: false })
        {
            _course.Ask(ProbePurpose.Check); // it may have been unused for longer than its inactive threshold
        }
    }

    /// <summary>Processes received messages.</summary>
    /// <param name="msgs">The number of messages.</param>
    /// <param name="bytes">The size of the messages, in bytes.</param>
    /// <param name="pending">The number of messages after the last of them that have not been delivered.</param>
    /// <param name="now">The present time.</param>
    public void Received(long msgs, long bytes, ulong pending, long now)
    {
        Counts.Receive(msgs, bytes);
        if (_course.IsRunning)
        {
            _course.Vitals.KnownPending = pending;
            _course.Live(ResumeSign.Message, now);
        }
    }

    /// <summary>Processes messages that were dropped because the queue was full.</summary>
    public void Dropped(long msgs, long now)
    {
        Counts.Dropped += msgs;
        if (!IsOver)
        {
            _course.ReportDropped(now);
        }
    }

    /// <summary>Processes a status.</summary>
    /// <param name="status">The status.</param>
    /// <param name="flow">The subject of a flow control request, of the status itself or repeated by a heartbeat; null: none.</param>
    /// <param name="now">The present time.</param>
    public void Status(in PullStatus status, byte[]? flow, long now)
    {
        if (!_course.IsRunning)
        {
            return;
        }

        switch (status.Kind)
        {
            case PullStatusKind.Heartbeat or PullStatusKind.OtherControl:
                Control(status, flow, now);
                break;
            case PullStatusKind.ConsumerDeleted when Settings.IsRecreatable:
                _course.Recreate(RecreateCause.Deleted, now);
                break;
            case PullStatusKind.ConsumerDeleted:
                _course.Lose(LostReason.ConsumerDeleted, status);
                break;
            case PullStatusKind.LeadershipChange:
                _course.Report(NatsJSNotificationKind.LeadershipChange);
                break;
            case PullStatusKind.ServerShutdown:
                _course.Report(NatsJSNotificationKind.ServerShutdown);
                break;
            default:
                _course.Report(new PullNote(PullNoteKind.UnhandledStatus) { Code = status.Code, Description = status.Description });
                break;
        }
    }

    /// <summary>Adds messages that the application has processed, and answers a flow control request that waited for them.</summary>
    public void Processed(long msgs, long bytes, long now)
    {
        Counts.Process(msgs, bytes);
        _course.Answer(now);
    }

    /// <summary>Processes an answer that could not be written.</summary>
    public void AnswerFailed(in FlowAnswer answer, long now)
    {
        if (_course.IsRunning)
        {
            _course.Gate.Return(answer, Counts.Processed, now);
            _course.Times.Answer = now + WriteAgain;
        }
    }

    /// <summary>Processes the loss of the session. The next one subscribes the deliver subject of a durable consumer again.</summary>
    public void SessionLost(long now)
    {
        if (IsOver || Phase is PushPhase.NotStarted or PushPhase.Suspended)
        {
            return;
        }

        if (Phase == PushPhase.Stopping)
        {
            _course.End(PullEnding.Stopped);
            return;
        }

        _course.Suspend();
    }

    /// <summary>Processes the start of a session.</summary>
    public void SessionStarting(long now)
    {
        if (Phase != PushPhase.Suspended)
        {
            return;
        }

        if (Settings.IsRecreatable)
        {
            _course.Recreate(RecreateCause.Reconnected, now);
            return;
        }

        _course.Phase = PushPhase.Waiting;
        _course.Vitals.Restart(now);
    }

    /// <summary>Processes the end of the connection.</summary>
    public void ConnectionEnded()
    {
        if (!IsOver && Phase != PushPhase.NotStarted)
        {
            _course.End(PullEnding.Connection);
        }
    }

    /// <summary>Processes the result of a request for the info of the consumer.</summary>
    public void ProbeAnswered(in PullProbe result, long now) => PushProbeRules.Apply(_course, result, now);

    /// <summary>Processes the result of an attempt to recreate the consumer. Returns false when it came too late: the created consumer is not used.</summary>
    public bool AttemptEnded(int number, in PushCreation creation, long now) =>
        Phase == PushPhase.Recreating && number == _course.Attempt.Number && PushProbeRules.Apply(_course, creation, now);

    /// <summary>Processes the deletion of the consumer by this client: the read ends and does not recreate it.</summary>
    public void Deleted()
    {
        if (!IsOver && Phase is not (PushPhase.NotStarted or PushPhase.Stopping))
        {
            _course.Lose(LostReason.ConsumerDeleted, default);
        }
    }

    /// <summary>Stops the read: unsubscribes the deliver subject, and waits for messages in flight.</summary>
    public void Stop(long now)
    {
        if (IsOver || Phase is PushPhase.NotStarted or PushPhase.Stopping)
        {
            return;
        }

        if (Phase is PushPhase.Suspended or PushPhase.Recreating)
        {
            _course.End(PullEnding.Stopped);
            return;
        }

        _course.Gate.Clear();
        _course.Probe = ProbePurpose.None;
        _course.Phase = PushPhase.Stopping;
        _course.Times = new PushTimes { Deadline = now + StopLimit };
        Effects.Add(new PushEffect(PushEffectKind.Unsubscribe));
        Effects.Add(new PushEffect(PushEffectKind.Fence));
    }

    /// <summary>Processes the PONG of a <see cref="PushEffectKind.Fence"/>.</summary>
    public void Fenced()
    {
        if (Phase == PushPhase.Stopping)
        {
            _course.End(PullEnding.Stopped);
        }
    }

    /// <summary>Applies what is due. May be called early and repeatedly.</summary>
    public void Timer(long now)
    {
        if (IsOver || Phase == PushPhase.NotStarted)
        {
            return;
        }

        _course.ReportDropped(now);
        if (now >= _course.Times.Deadline)
        {
            _course.End(PullEnding.Stopped);
            return;
        }

        if (now >= _course.Times.Answer)
        {
            _course.Times.Answer = PullTimes.Never;
            _course.Answer(now);
        }

        if (now >= _course.Times.Recreate)
        {
            _course.TryAgain();
        }

        if (now >= _course.Times.Probe)
        {
            _course.Ask(ProbePurpose.Silence);
        }

        if (now >= _course.SilenceDue)
        {
            _course.Silent(now);
        }
    }

    private void Control(in PullStatus status, byte[]? flow, long now)
    {
        if (status.Kind == PullStatusKind.Heartbeat)
        {
            _course.Vitals.Position(status);
        }

        _course.Live(ResumeSign.Heartbeat, now);
        if (flow is not null)
        {
            FlowControlSource source = status.Kind == PullStatusKind.Heartbeat ? FlowControlSource.Heartbeat : FlowControlSource.FlowControl;
            _course.Gate.Ask(flow, source, Counts.Received, now);
            _course.Answer(now);
        }

        if (_course.Probe == ProbePurpose.None && !_course.Gate.IsHeld && _course.Vitals.IsCheckDue(now))
        {
            _course.Ask(ProbePurpose.Check);
        }
    }
}
