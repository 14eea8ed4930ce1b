namespace Earshot.JetStream.Consuming;

/// <summary>The rules for a status on the inbox of a pull request.</summary>
internal static class StatusRules
{
    private const long Second = TimeSpan.TicksPerSecond;
    private const int AttemptsPerProbe = 5;

    /// <summary>Applies a status of the current epoch.</summary>
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
                course.Report(NatsJSNotificationKind.LeadershipChange);
                course.Times.Stall = now + Second;
                course.NewEpoch(now);
                break;
            case PullStatusKind.ServerShutdown:
                course.Report(NatsJSNotificationKind.ServerShutdown);
                course.Subtract(status);
                course.Times.NewEpoch = now + Second;
                break;
            case PullStatusKind.PinMismatch:
                course.Report(NatsJSNotificationKind.PinIdMismatch, status.Description);
                if (status.LostPin is { } pin)
                {
                    course.Report(NatsJSNotificationKind.Unpinned, pin);
                }

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
                course.Report(new PullNote(PullNoteKind.UnhandledStatus) { Code = status.Code, Description = status.Description });
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
        bool isKnown = course.Subtract(status);
        if (course.DelayIfTooLarge(now))
        {
            course.Report(new PullNote(PullNoteKind.StatusWarning) { Code = status.Code, Description = status.Description });
        }

        course.Vitals.Restart(now); // the server responds, which does not mean that messages will arrive
        if (course.Settings.IsSingle)
        {
            course.Complete(PullEnding.Status);
        }
        else if (isKnown)
        {
            course.Ask(now);
        }
        else
        {
            course.NewEpoch(now); // the amount that is left is unknown
        }
    }

    // A consume continues within the limits, once. An application that requested one batch is notified.
    private static void Refused(PullCourse course, in PullStatus status, long now)
    {
        bool isLimit = status.Kind == PullStatusKind.LimitExceeded;
        if (course.Settings.IsSingle || (isLimit && course.Settings.IsClamped))
        {
            course.Lose(LostReason.Refused, status);
            return;
        }

        course.Report(new PullNote(PullNoteKind.StatusWarning) { Code = status.Code, Description = status.Description, IsClamped = isLimit });
        if (isLimit)
        {
            course.Ask(ProbePurpose.Limits);
            return;
        }

        course.Vitals.Stall(StallReason.TooManyPulls, null, now);
        course.NewEpochLater(now);
    }

    // The cause is unknown: a missing consumer, stream, leader or quorum has the same status.
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

        course.Vitals.Stall(StallReason.NoResponders, null, now);
        course.NewEpochLater(now);
    }
}
