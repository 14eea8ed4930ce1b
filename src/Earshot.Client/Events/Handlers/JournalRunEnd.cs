namespace Earshot.Events;

/// <summary>
/// The end of one connection run: which readers have not yet been offered, and which have not yet finished, the events up to Closed. It
/// completes the Closed task when all were offered it or the drain timeout has elapsed, and then cancels the token of the handlers.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "The timer fires once and disposes itself.")]
internal sealed class JournalRunEnd
{
    private readonly Lock _gate = new();
    private readonly NatsClosedEvent _closed;
    private readonly TaskCompletionSource<NatsClosedEvent> _offered;
    private readonly CancellationTokenSource _handlers;
    private readonly HashSet<object> _unoffered;
    private readonly HashSet<object> _unfinished;
    private readonly HashSet<object> _closing = []; // readers in whose handlers a caller waits for the end
    private readonly List<TaskCompletionSource> _waiters = [];
    private ITimer? _timer;

    public JournalRunEnd(NatsClosedEvent closed, IEnumerable<object> readers, TaskCompletionSource<NatsClosedEvent> offered, CancellationTokenSource handlers)
    {
        (_closed, _offered, _handlers) = (closed, offered, handlers);
        _unoffered = [.. readers];
        _unfinished = [.. _unoffered];
    }

    public long Sequence => _closed.Sequence;

    /// <summary>Starts the drain timeout. Not under the journal's lock: completing a task may run user code.</summary>
    public void Start(TimeProvider time, TimeSpan timeout)
    {
        lock (_gate)
        {
            // Also where all have been offered it by now: the token of a handler that still runs has to be cancelled.
            if (_unfinished.Count > 0)
            {
                _timer = time.CreateTimer(static state => ((JournalRunEnd)state!).TimedOut(), this, timeout, Timeout.InfiniteTimeSpan);
            }

            if (_unoffered.Count > 0)
            {
                return;
            }
        }

        _offered.TrySetResult(_closed);
    }

    public void Offered(object reader)
    {
        lock (_gate)
        {
            if (!_unoffered.Remove(reader) || _unoffered.Count > 0)
            {
                return;
            }
        }

        _offered.TrySetResult(_closed);
    }

    public void Finished(object reader)
    {
        Offered(reader);
        List<TaskCompletionSource> done;
        lock (_gate)
        {
            if (!_unfinished.Remove(reader))
            {
                return;
            }

            if (_unfinished.Count == 0)
            {
                _timer?.Dispose(); // no handler is left whose token it would have to cancel
            }

            done = TakeFinishedLocked();
        }

        foreach (TaskCompletionSource waiter in done)
        {
            waiter.TrySetResult();
        }
    }

    /// <summary>Completes when every reader but <paramref name="except"/>, in whose handler the caller may be, has finished.</summary>
    public Task WhenFinished(object? except)
    {
        TaskCompletionSource done;
        List<TaskCompletionSource> finished;
        lock (_gate)
        {
            if (except is not null)
            {
                _closing.Add(except);
            }

            done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add(done);
            finished = TakeFinishedLocked();
        }

        foreach (TaskCompletionSource waiter in finished)
        {
            waiter.TrySetResult();
        }

        return done.Task;
    }

    // A handler that waits for the end itself is not waited for: two that close would wait for each other.
    private List<TaskCompletionSource> TakeFinishedLocked()
    {
        if (!_unfinished.IsSubsetOf(_closing))
        {
            return [];
        }

        List<TaskCompletionSource> finished = [.. _waiters];
        _waiters.Clear();
        return finished;
    }

    private void TimedOut()
    {
        _timer?.Dispose();
        _offered.TrySetResult(_closed);
        // Callbacks registered on the token are user code; what they throw has nowhere to go once the journal ended.
        try
        { _handlers.Cancel(); }
        catch (AggregateException) { }
    }
}
