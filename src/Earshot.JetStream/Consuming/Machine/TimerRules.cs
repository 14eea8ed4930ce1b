namespace Earshot.JetStream.Consuming;

/// <summary>The rules for the due times of a read that is not stopping.</summary>
internal static class TimerRules
{
    /// <summary>Applies what is due. May be called early and repeatedly.</summary>
    public static void Apply(PullCourse course, long now)
    {
        if (now >= course.Times.Deadline)
        {
            Overdue(course);
        }
        else if (course.IsRunning)
        {
            WhileRunning(course, now);
        }
    }

    private static void WhileRunning(PullCourse course, long now)
    {
        ref PullTimes times = ref course.Times;
        if (now >= times.Stall)
        {
            times.Stall = PullTimes.Never;
            course.Vitals.Stall(StallReason.NoLeader, null, now);
        }

        if (now >= times.NewEpoch)
        {
            course.NewEpoch(now);
        }

        if (now >= times.Unsent) // before the next attempt
        {
            times.Unsent = PullTimes.Never;
            course.ReportUnsent();
        }

        if (now >= times.Ask)
        {
            times.Ask = PullTimes.Never;
            course.Ask(now);
        }

        if (now >= course.SilenceDue)
        {
            Silent(course, now);
        }
    }

    private static void Silent(PullCourse course, long now)
    {
        course.Vitals.Silent(now);
        if (course.EndInDoubt(RecreateCause.MissedHeartbeats))
        {
            return;
        }

        course.Phase = PullPhase.Doubtful;
        if (course.Vitals.Missed > 1)
        {
            course.Ask(ProbePurpose.Silence);
        }
        else
        {
            course.NewEpoch(now);
        }
    }

    // The server has not ended a single pull in time, or there was no session to send it.
    private static void Overdue(PullCourse course)
    {
        course.Times = new PullTimes();
        if (course.Phase == PullPhase.Suspended)
        {
            course.End(PullEnding.Deadline);
        }
        else
        {
            course.Ask(ProbePurpose.Deadline);
        }
    }
}
