namespace Earshot.Events;

/// <summary>
/// The end of one life: who has still to be offered, and who has still to finish, what the journal holds up to Closed. It fulfils the
/// Closed task when all were offered it or the drain timeout is over, and then cancels the token of the handlers.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "The timer fires once and disposes itself.")]
internal sealed class LifeEnd
{
    private readonly Lock _gate = new();
    private readonly NatsClosedEvent _closed;
    private readonly TaskCompletionSource<NatsClosedEvent> _offered;
    private readonly CancellationTokenSource _handlers;
    private readonly HashSet<object> _unoffered;
    private readonly HashSet<object> _unfinished;
    private readonly List<(object? Except, TaskCompletionSource Done)> _waiters = [];
    private readonly int _readers;
    private ITimer? _timer;

    public LifeEnd(NatsClosedEvent closed, IEnumerable<object> readers, TaskCompletionSource<NatsClosedEvent> offered, CancellationTokenSource handlers)
    {
        (_closed, _offered, _handlers) = (closed, offered, handlers);
        _unoffered = [.. readers];
        _unfinished = [.. _unoffered];
        _readers = _unoffered.Count;
    }

    public long Sequence => _closed.Sequence;

    /// <summary>Starts the drain timeout. Not under the journal's lock: completing a task may run user code.</summary>
    public void Start(TimeProvider time, TimeSpan timeout)
    {
        lock (_gate)
        {
            // Also where all have been offered it by now: the token of a handler that still runs has to be cancelled.
            if (_readers > 0) _timer = time.CreateTimer(static state => ((LifeEnd)state!).TimedOut(), this, timeout, Timeout.InfiniteTimeSpan);
            if (_unoffered.Count > 0) return;
        }

        _offered.TrySetResult(_closed);
    }

    public void Offered(object reader)
    {
        lock (_gate)
        {
            if (!_unoffered.Remove(reader) || _unoffered.Count > 0) return;
        }

        _offered.TrySetResult(_closed);
    }

    public void Finished(object reader)
    {
        Offered(reader);
        List<TaskCompletionSource> done = [];
        lock (_gate)
        {
            if (!_unfinished.Remove(reader)) return;
            for (var i = _waiters.Count - 1; i >= 0; i--)
            {
                if (!IsFinishedExcept(_waiters[i].Except)) continue;
                done.Add(_waiters[i].Done);
                _waiters.RemoveAt(i);
            }
        }

        foreach (var waiter in done) waiter.TrySetResult();
    }

    /// <summary>Completes when every reader but <paramref name="except"/>, in whose handler the caller may be, has finished.</summary>
    public Task WhenFinished(object? except)
    {
        lock (_gate)
        {
            if (IsFinishedExcept(except)) return Task.CompletedTask;
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((except, done));
            return done.Task;
        }
    }

    private bool IsFinishedExcept(object? except) =>
        _unfinished.Count == 0 || (_unfinished.Count == 1 && except is not null && _unfinished.Contains(except));

    private void TimedOut()
    {
        _timer?.Dispose();
        _offered.TrySetResult(_closed);
        // Callbacks registered on the token are user code; what they throw has nowhere to go once the journal ended.
        try { _handlers.Cancel(); }
        catch (AggregateException) { }
    }
}
