namespace Earshot.Events;

/// <summary>
/// Finds handlers that run for too long, with one timer for all of a journal's readers that is armed only while one runs. It reports
/// each call once and never interrupts it.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "The timer is armed only while a handler runs and holds nothing else.")]
internal sealed class HandlerStallDetector(TimeProvider time, TimeSpan warnAfter, Action<NatsConnectionEvent> append)
{
    private readonly Lock _gate = new();
    private readonly HashSet<HandlerInvocation> _runs = [];
    private ITimer? _timer;
    private bool _isArmed;

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
