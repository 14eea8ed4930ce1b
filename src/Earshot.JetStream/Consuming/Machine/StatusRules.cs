namespace Earshot.JetStream.Consuming;

/// <summary>What follows from a status on the inbox of a pull, and from what the server says of the consumer.</summary>
internal static class StatusRules
{
    private const long Second = TimeSpan.TicksPerSecond;
    private const int AttemptsPerProbe = 5;

    /// <summary>A status for a pull of the current epoch.</summary>
    public static void Apply(PullCourse course, in PullStatus status, long now)
    {
        if (DoubtOf(status.Kind) is { } cause && course.EndInDoubt(cause))
        {
            return;
        }

        switch (status.Kind)
        {
            case PullStatusKind.Behind:
            case PullStatusKind.Heartbeat or PullStatusKind.OtherControl:
                course.Vitals.Position(status);
                Heartbeat(course, now);
                break;
            case PullStatusKind.PullEnded or PullStatusKind.SizeExceeded:
                PullEnded(course, status, now);
                break;
            case PullStatusKind.LeadershipChange:
                course.SendServerInfo(NatsJSNotificationKind.LeadershipChange);
                course.Times.Stall = now + Second;
                course.NewEpoch(now);
                break;
            case PullStatusKind.ServerShutdown:
                course.SendServerInfo(NatsJSNotificationKind.ServerShutdown);
                course.Subtract(status);
                course.Times.NewEpoch = now + Second;
                break;
            case PullStatusKind.PinMismatch:
                course.SendServerInfo(NatsJSNotificationKind.PinIdMismatch);
                course.NewEpoch(now);
                break;
            case PullStatusKind.LimitExceeded or PullStatusKind.TooManyPulls:
                Refused(course, status, now);
                break;
            case PullStatusKind.NoResponders:
                NoResponders(course, status, now);
                break;
            case PullStatusKind.ConsumerDeleted or PullStatusKind.PushBased or PullStatusKind.Refused:
                course.Lose(LossOf(status.Kind), status);
                break;
            default:
                course.SendServerInfo(new PullNote(PullNoteKind.UnhandledStatus) { Code = status.Code, Description = status.Description });
                course.Subtract(status);
                course.Times.NewEpoch = Math.Min(course.Times.NewEpoch, now + Second);
                break;
        }
    }

    private static RecreateCause? DoubtOf(PullStatusKind kind) => kind switch
    {
        PullStatusKind.Behind => RecreateCause.SequenceGap,
        PullStatusKind.ConsumerDeleted => RecreateCause.Deleted,
        PullStatusKind.LeadershipChange or PullStatusKind.ServerShutdown or PullStatusKind.NoResponders or PullStatusKind.Unknown => RecreateCause.NoResponders,
        _ => null,
    };

    private static LostReason LossOf(PullStatusKind kind) => kind switch
    {
        PullStatusKind.ConsumerDeleted => LostReason.ConsumerDeleted,
        PullStatusKind.PushBased => LostReason.PushBased,
        _ => LostReason.Refused,
    };

    /// <summary>The consumer exists and has a leader.</summary>
    public static void Exists(PullCourse course, ProbePurpose purpose, PullFacts facts, long now)
    {
        switch (purpose)
        {
            case ProbePurpose.Check:
                course.Vitals.Checked(facts);
                break;
            case ProbePurpose.Limits:
                course.Clamp(facts.Limits);
                course.NewEpoch(now);
                break;
            case ProbePurpose.Silence:
                course.Vitals.KnownPending = facts.Pending;
                course.Vitals.Stall(facts.IsFull ? StallReason.TooManyPulls : StallReason.MissedHeartbeats, facts, course.Amounts.BufferedMsgs, now);
                course.NewEpoch(now);
                break;
            default:
                course.Vitals.KnownPending = facts.Pending;
                if (course.Attempts > 0)
                {
                    course.Vitals.Stall(StallReason.NoResponders, facts, course.Amounts.BufferedMsgs, now);
                }

                course.NewEpochLater(now);
                break;
        }
    }

    /// <summary>No one could say anything about the consumer.</summary>
    public static void Unavailable(PullCourse course, ProbePurpose purpose, PullProbeKind kind, long now)
    {
        if (purpose == ProbePurpose.Check)
        {
            return;
        }

        StallReason reason = kind == PullProbeKind.NoLeader ? StallReason.NoLeader
            : purpose == ProbePurpose.NoResponders ? StallReason.NoResponders : StallReason.Unavailable;
        course.Vitals.Stall(reason, null, course.Amounts.BufferedMsgs, now);
        course.NewEpochLater(now);
    }

    private static void Heartbeat(PullCourse course, long now)
    {
        course.Vitals.Sign(ResumeSign.Heartbeat, now);
        course.Live();
        if (course.Probe == ProbePurpose.None && course.Vitals.IsCheckDue(now))
        {
            course.Ask(ProbePurpose.Check);
        }
    }

    private static void PullEnded(PullCourse course, in PullStatus status, long now)
    {
        bool isTold = course.Subtract(status);
        if (course.DelayIfTooLarge(now))
        {
            course.SendServerInfo(new PullNote(PullNoteKind.StatusWarning) { Code = status.Code, Description = status.Description });
        }

        course.Vitals.Restart(now); // the server lives, although this is no sign that anything will come
        if (course.Settings.IsSingle)
        {
            course.Complete(PullEnding.Status);
        }
        else if (isTold)
        {
            course.Ask(now);
        }
        else
        {
            course.NewEpoch(now); // no one knows what is left of it
        }
    }

    // A consume continues within the limits, once; the application that asked for one batch has to know.
    private static void Refused(PullCourse course, in PullStatus status, long now)
    {
        bool isLimit = status.Kind == PullStatusKind.LimitExceeded;
        if (course.Settings.IsSingle || (isLimit && course.Settings.IsClamped))
        {
            course.Lose(LostReason.Refused, status);
            return;
        }

        course.SendServerInfo(new PullNote(PullNoteKind.StatusWarning) { Code = status.Code, Description = status.Description, IsClamped = isLimit });
        if (isLimit)
        {
            course.Ask(ProbePurpose.Limits);
            return;
        }

        course.Vitals.Stall(StallReason.TooManyPulls, null, course.Amounts.BufferedMsgs, now);
        course.NewEpochLater(now);
    }

    // It is a question: no consumer, no stream, no leader and no quorum have the same answer.
    private static void NoResponders(PullCourse course, in PullStatus status, long now)
    {
        if (course.IsUndecided)
        {
            return;
        }

        if (course.Settings.MaxNoResponders >= 0 && course.Attempts >= course.Settings.MaxNoResponders)
        {
            course.Lose(LostReason.Refused, status);
            return;
        }

        if (course.Attempts % AttemptsPerProbe == 0)
        {
            course.Ask(ProbePurpose.NoResponders);
            return;
        }

        course.Vitals.Stall(StallReason.NoResponders, null, course.Amounts.BufferedMsgs, now);
        course.NewEpochLater(now);
    }
}
