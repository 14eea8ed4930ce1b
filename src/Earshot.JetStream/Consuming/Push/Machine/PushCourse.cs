namespace Earshot.JetStream.Consuming;

/// <summary>
/// The state of one read of a push consumer and the transitions that change it. <see cref="PushMachine"/> and the rules decide which
/// transition is made.
/// </summary>
internal sealed class PushCourse
{
    private readonly List<PullEffect> _notes = [];
    private RetryDelay _retry;
    private PushAttempt _attempt;

    public PushCourse(uint seed)
    {
        Vitals = new PullVitals(_notes);
        _retry = new RetryDelay(seed);
    }

    public List<PushEffect> Effects { get; } = [];

    public PushCounts Counts { get; } = new();

    public FlowGate Gate { get; } = new();

    public PullVitals Vitals { get; }

    public PushTimes Times = new();

    public PushSettings Settings { get; set; } = new();

    public PushPhase Phase { get; set; }

    public PullEnding Ending { get; private set; }

    public LostReason Loss { get; private set; }

    public PullStatus LostBy { get; private set; }

    /// <summary>The purpose of a running request for the info of the consumer.</summary>
    public ProbePurpose Probe { get; set; }

    /// <summary>The attempt to recreate the consumer whose result decides the next step.</summary>
    public PushAttempt Attempt => _attempt;

    /// <summary>The number of attempts since the last sign of the consumer.</summary>
    public int Tries => _retry.Attempts;

    public bool IsRunning => Phase is PushPhase.Waiting or PushPhase.Flowing or PushPhase.Doubtful;

    public bool IsOver => Phase is PushPhase.Ended or PushPhase.Lost;

    /// <summary>The time at which missing messages and heartbeats mean silence.</summary>
    public long SilenceDue =>
        !IsRunning || Settings.Heartbeat <= 0 || Probe == ProbePurpose.Silence || Times.Probe != PullTimes.Never
            ? PullTimes.Never
            : Vitals.LastSign + (2 * Settings.Heartbeat);

    /// <summary>Processes a message or heartbeat.</summary>
    public void Live(ResumeSign sign, long now)
    {
        if (sign == ResumeSign.Message)
        {
            Vitals.Message(now);
        }
        else
        {
            Vitals.Sign(sign, now);
        }

        Tell();
        Phase = PushPhase.Flowing;
        Times.Probe = PullTimes.Never;
        Probe = Probe == ProbePurpose.Silence ? ProbePurpose.None : Probe; // its answer decides nothing any more
        _retry.Reset();
    }

    /// <summary>Processes a silence.</summary>
    public void Silent(long now)
    {
        if (Settings.IsShared)
        {
            Vitals.Restart(now);
        }
        else
        {
            Vitals.Silent(now);
            Tell();
            Phase = PushPhase.Doubtful;
        }

        Ask(ProbePurpose.Silence);
    }

    public void Stall(StallReason reason, PullFacts? facts, long now)
    {
        Vitals.Stall(reason, facts, now);
        Tell();
    }

    public void Checked(PullFacts facts)
    {
        Vitals.Checked(facts);
        Tell();
    }

    public void Ask(ProbePurpose purpose)
    {
        (Probe, Times.Probe) = (purpose, PullTimes.Never);
        Effects.Add(new PushEffect(PushEffectKind.Probe));
    }

    /// <summary>Requests the info again after a delay, which increases with each attempt.</summary>
    public void AskLater(long now) => Times.Probe = now + _retry.Next();

    /// <summary>Answers the flow control request when the application has processed what was received before it.</summary>
    public void Answer(long now)
    {
        if (Phase is not (PushPhase.Stopping or PushPhase.Suspended) && Times.Answer == PullTimes.Never && Gate.TryRelease(Counts.Processed, now, out FlowAnswer answer))
        {
            Effects.Add(new PushEffect(PushEffectKind.Answer) { Answer = answer });
        }
    }

    /// <summary>Starts to recreate the consumer: nothing of the old one is received any more.</summary>
    public void Recreate(RecreateCause cause, long now)
    {
        Effects.Add(new PushEffect(PushEffectKind.Remove));
        Gate.Clear();
        (Phase, Probe) = (PushPhase.Recreating, ProbePurpose.None);
        Times = new PushTimes { Dropped = Times.Dropped };
        _retry.Reset();
        _attempt = new PushAttempt(_attempt.Number, cause, 0, now);
        TryAgain();
    }

    /// <summary>Makes the next attempt to recreate the consumer.</summary>
    public void TryAgain()
    {
        Times.Recreate = PullTimes.Never;
        _attempt = _attempt with { Number = _attempt.Number + 1, Tries = _attempt.Tries + 1 };
        Effects.Add(new PushEffect(PushEffectKind.Recreate) { Attempt = _attempt });
    }

    /// <summary>Reports the consumer that the current attempt has created.</summary>
    public void Created(in PushCreation creation) => Effects.Add(new PushEffect(PushEffectKind.Created) { Attempt = _attempt, Creation = creation });

    /// <summary>Makes the next attempt to recreate the consumer after a delay, which increases with each attempt.</summary>
    public void TryLater(long now) => Times.Recreate = now + _retry.Next();

    /// <summary>Suspends the read, because the session is lost. A request for flow control is lost with it.</summary>
    public void Suspend()
    {
        Gate.Clear();
        Times = new PushTimes { Dropped = Times.Dropped };
        Probe = ProbePurpose.None;
        _retry.Reset();
        Phase = PushPhase.Suspended;
        if (Settings.IsRecreatable)
        {
            Effects.Add(new PushEffect(PushEffectKind.Remove));
        }
    }

    /// <summary>Ends the read because of the server. Buffered messages can still be read.</summary>
    public void Lose(LostReason reason, in PullStatus status)
    {
        (Loss, LostBy) = (reason, status);
        ReportDropped(); // nothing follows the loss
        if (status.Code != 0)
        {
            Report(new PullNote(PullNoteKind.StatusError) { Code = status.Code, Description = status.Description });
        }

        Report(new PullNote(PullNoteKind.Lost) { Loss = reason, Count = Counts.Buffered });
        Finish(PushPhase.Lost, PullEnding.Lost);
    }

    /// <summary>Ends the read. No more messages are accepted.</summary>
    public void End(PullEnding ending)
    {
        ReportDropped();
        Finish(PushPhase.Ended, ending);
    }

    public void Report(NatsJSNotificationKind notice, long count = 1) => Report(new PullNote(PullNoteKind.Notice) { Notice = notice, Count = count });

    public void Report(PullNote note) => Effects.Add(new PushEffect(PushEffectKind.Report) { Note = note });

    /// <summary>Reports the number of dropped messages, once per second.</summary>
    public void ReportDropped(long now)
    {
        if (Counts.Dropped > 0 && (Times.Dropped == PullTimes.Never || now >= Times.Dropped))
        {
            ReportDropped();
            Times.Dropped = now + TimeSpan.TicksPerSecond;
        }
        else if (now >= Times.Dropped)
        {
            Times.Dropped = PullTimes.Never;
        }
    }

    private void ReportDropped()
    {
        if (Counts.Dropped > 0)
        {
            Report(NatsJSNotificationKind.Discarded, Counts.Dropped);
            Counts.Dropped = 0;
        }
    }

    private void Finish(PushPhase phase, PullEnding ending)
    {
        Gate.Clear();
        (Phase, Ending, Probe, Times) = (phase, ending, ProbePurpose.None, new PushTimes());
        Effects.Add(new PushEffect(PushEffectKind.Remove));
        Effects.Add(new PushEffect(PushEffectKind.Finish));
    }

    // The notes of the vitals take their place among the other effects.
    private void Tell()
    {
        foreach (PullEffect told in _notes)
        {
            Report(told.Note!);
        }

        _notes.Clear();
    }
}
