namespace Earshot.JetStream.Consuming;

/// <summary>The rules for the result of a request for the info of the consumer.</summary>
internal static class ProbeRules
{
    /// <summary>Applies the result. Ignored when the read no longer waits for it.</summary>
    public static void Apply(PullCourse course, in PullProbe result, long now)
    {
        ProbePurpose purpose = course.Probe;
        course.Probe = ProbePurpose.None;
        if (purpose == ProbePurpose.None || !course.IsRunning)
        {
            return;
        }

        if (result.Kind is PullProbeKind.ConsumerDeleted or PullProbeKind.StreamDeleted)
        {
            course.Lose(result.Kind == PullProbeKind.StreamDeleted ? LostReason.StreamDeleted : LostReason.ConsumerDeleted, default);
        }
        else if (purpose == ProbePurpose.Deadline)
        {
            course.Complete(PullEnding.Deadline);
        }
        else if (result is { Kind: PullProbeKind.Exists, Facts: { } facts })
        {
            Exists(course, purpose, facts, now);
        }
        else
        {
            Unavailable(course, purpose, result.Kind, now);
        }
    }

    // The consumer exists and has a leader.
    private static void Exists(PullCourse course, ProbePurpose purpose, PullFacts facts, long now)
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
                course.Vitals.Stall(facts.IsFull ? StallReason.TooManyPulls : StallReason.MissedHeartbeats, facts, now);
                course.NewEpoch(now);
                break;
            default:
                course.Vitals.KnownPending = facts.Pending;
                course.NewEpochLater(now);
                break;
        }
    }

    // There is no leader, or no answer.
    private static void Unavailable(PullCourse course, ProbePurpose purpose, PullProbeKind kind, long now)
    {
        if (purpose == ProbePurpose.Check)
        {
            return;
        }

        StallReason reason = kind == PullProbeKind.NoLeader ? StallReason.NoLeader
            : purpose == ProbePurpose.NoResponders ? StallReason.NoResponders : StallReason.Unavailable;
        course.Vitals.Stall(reason, null, now);
        course.NewEpochLater(now);
    }
}
