namespace Earshot.JetStream.Consuming;

/// <summary>
/// The stop of a read: waits for the requested messages, unsubscribes, and waits for the PONG of a PING after that. Unsubscribing during a
/// delivery would leave messages that the server regards as delivered and the client never received.
/// </summary>
internal sealed class PullStopping(PullCourse course)
{
    private const long Limit = 2 * TimeSpan.TicksPerSecond;

    private long _quiet;
    private bool _isFencing;

    public void Begin(long quiet, long now)
    {
        (course.Phase, course.Probe, _quiet, _isFencing) = (PullPhase.Stopping, ProbePurpose.None, quiet, false);
        course.Times = new PullTimes { Deadline = now + Limit };
        Went(now);
    }

    /// <summary>Processes the arrival, or the end, of requested messages.</summary>
    public void Went(long now)
    {
        if (_isFencing)
        {
            return;
        }

        if (course.StillComing == 0)
        {
            Fence(now);
        }
        else
        {
            course.Times.Quiet = now + _quiet;
        }
    }

    public void Status(in PullStatus status, bool isCurrent, long now)
    {
        if (isCurrent && status.Kind is not (PullStatusKind.Heartbeat or PullStatusKind.OtherControl or PullStatusKind.Behind))
        {
            if (!course.Subtract(status))
            {
                course.Amounts.Retire();
            }

            Went(now);
        }
    }

    public void Timer(long now)
    {
        if (_isFencing && now >= course.Times.Deadline)
        {
            course.End(PullEnding.Stopped);
        }
        else if (!_isFencing && (now >= course.Times.Quiet || now >= course.Times.Deadline))
        {
            Fence(now);
        }
    }

    /// <summary>Processes the PONG of the fence.</summary>
    public void Fenced()
    {
        if (_isFencing && course.Phase == PullPhase.Stopping)
        {
            course.End(PullEnding.Stopped);
        }
    }

    private void Fence(long now)
    {
        _isFencing = true;
        course.Times = new PullTimes { Deadline = now + Limit };
        course.Epochs.CloseAll(now, course.Effects);
        course.Effects.Add(new PullEffect(PullEffectKind.Fence));
    }
}
