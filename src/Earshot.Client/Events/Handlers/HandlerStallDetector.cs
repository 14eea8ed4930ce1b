namespace Earshot.Events;

/// <summary>
/// Finds handlers that run for too long, with one timer for all of a journal's readers, which is armed when one begins. It reports
/// each call once and never interrupts it.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "The timer is disposed with the last handler of a run, and armed again only in the next one.")]
internal sealed class HandlerStallDetector(TimeProvider time, TimeSpan warnAfter, Func<bool> isOver, Action<NatsConnectionEvent> append)
{
    private readonly Lock _gate = new();
    private readonly HashSet<HandlerInvocation> _runs = [];
    private ITimer? _timer;
    private bool _isArmed;

    /// <summary>Leaves no timer behind when the run of the journal is over, with its last handler that ends.</summary>
    public void DisarmWhenOver()
    {
        lock (_gate)
        {
            DisarmLocked();
        }
    }

    public void Started(HandlerInvocation run)
    {
        lock (_gate)
        {
            (run.StartedAt, run.IsReported) = (time.GetTimestamp(), false);
            _runs.Add(run);
            if (!_isArmed)
            {
                Arm(warnAfter);
            }
        }
    }

    public void Ended(HandlerInvocation run)
    {
        lock (_gate)
        {
            _runs.Remove(run);
            DisarmLocked();
        }
    }

    // Whether it is over is asked and not noted: the detector may be made by the last handler, and another thread may begin the next run.
    private void DisarmLocked()
    {
        if (_timer is not null && _runs.Count == 0 && isOver())
        {
            _timer.Dispose();
            (_timer, _isArmed) = (null, false);
        }
    }

    private void Arm(TimeSpan due)
    {
        _isArmed = true;
        _timer ??= time.CreateTimer(static state => ((HandlerStallDetector)state!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    private void Tick()
    {
        List<(IEventHandler Handler, TimeSpan Running)>? stalled = null;
        lock (_gate)
        {
            _isArmed = false;
            TimeSpan due = TimeSpan.MaxValue;
            foreach (HandlerInvocation run in _runs)
            {
                if (run.IsReported)
                {
                    continue;
                }

                TimeSpan running = time.GetElapsedTime(run.StartedAt);
                if (running < warnAfter)
                {
                    due = due < warnAfter - running ? due : warnAfter - running;
                    continue;
                }

                run.IsReported = true;
                (stalled ??= []).Add((run.Handler, running));
            }

            if (due != TimeSpan.MaxValue)
            {
                Arm(due);
            }
        }

        foreach ((IEventHandler handler, TimeSpan running) in stalled ?? [])
        {
            append(new NatsListenerStalledEvent { Listener = handler.Name, RunningTime = running, Backlog = handler.Backlog, Reader = handler });
        }
    }
}
