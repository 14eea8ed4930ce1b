namespace Earshot.JetStream.Consuming;

/// <summary>The rules for the results of requests about a push consumer: for its info, and for a new consumer in its place.</summary>
internal static class PushProbeRules
{
    private const int MaxRejections = 5;

    /// <summary>Applies the info of the consumer. Ignored when the read no longer waits for it.</summary>
    public static void Apply(PushCourse course, in PullProbe result, long now)
    {
        ProbePurpose purpose = course.Probe;
        course.Probe = ProbePurpose.None;
        if (purpose == ProbePurpose.None || !course.IsRunning)
        {
            return;
        }

        switch (result.Kind)
        {
            case PullProbeKind.StreamDeleted:
                course.Lose(LostReason.StreamDeleted, default);
                break;
            case PullProbeKind.ConsumerDeleted when course.Settings.IsRecreatable:
                course.Recreate(RecreateCause.Deleted, now);
                break;
            case PullProbeKind.ConsumerDeleted:
                course.Lose(LostReason.ConsumerDeleted, default);
                break;
            case PullProbeKind.Exists when result.Facts is { } facts:
                Exists(course, purpose, facts, now);
                break;
            default:
                Unavailable(course, purpose, result.Kind, now);
                break;
        }
    }

    /// <summary>Applies the result of the current attempt to recreate the consumer. Returns whether the created consumer is used.</summary>
    public static bool Apply(PushCourse course, in PushCreation creation, long now)
    {
        switch (creation.Result)
        {
            case PushAttemptResult.Created:
                course.Created(creation);
                course.Live(ResumeSign.Recreated, now);
                course.Phase = PushPhase.Waiting;
                return true;
            case PushAttemptResult.StreamDeleted:
                course.Lose(LostReason.StreamDeleted, default);
                break;
            case PushAttemptResult.Rejected when course.Tries >= MaxRejections:
                course.Lose(LostReason.Refused, default);
                break;
            default:
                course.Stall(StallReason.Unavailable, null, now);
                course.TryLater(now);
                break;
        }

        return false;
    }

    // The consumer exists and has a leader, but nothing arrives.
    private static void Exists(PushCourse course, ProbePurpose purpose, PullFacts facts, long now)
    {
        if (purpose == ProbePurpose.Check)
        {
            course.Checked(facts);
            return;
        }

        if (course.Settings.IsShared)
        {
            course.Live(ResumeSign.Heartbeat, now); // another member has received what the server sent
            return;
        }

        course.Vitals.KnownPending = facts.Pending;
        course.Stall(StallReason.MissedHeartbeats, facts, now);
        course.Vitals.Restart(now);
        if (course.Settings.IsRecreatable && course.Vitals.Missed > 1)
        {
            course.Recreate(RecreateCause.MissedHeartbeats, now);
        }
    }

    // There is no leader, or no answer.
    private static void Unavailable(PushCourse course, ProbePurpose purpose, PullProbeKind kind, long now)
    {
        if (purpose == ProbePurpose.Silence)
        {
            course.Stall(kind == PullProbeKind.NoLeader ? StallReason.NoLeader : StallReason.Unavailable, null, now);
            course.AskLater(now);
        }
    }
}
