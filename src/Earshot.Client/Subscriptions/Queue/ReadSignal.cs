using System.Threading.Tasks.Sources;

namespace Earshot.Subscriptions;

/// <summary>
/// Lets a reader sleep until there is something to read. One waiting reader costs no allocation, neither to wait nor to be continued on the
/// pool; further ones at the same time share a task. Woken once per parsed batch.
/// </summary>
/// <param name="outcome">Determines the result of a wait; null: it is always true.</param>
internal sealed class ReadSignal(IWaitOutcome? outcome = null) : IValueTaskSource<bool>, IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _core; // completed on the pool only, so that no continuation runs on the thread that wakes
    private TaskCompletionSource<bool>? _others;
    private CancellationTokenRegistration _registration;
    private CancellationToken _cancelled;
    private bool _isWaiting;
    private bool _isTaken; // the core is handed out and not yet consumed
    private bool _isQueued; // the wait is over, and the work item that completes it is queued

    /// <summary>Waits; <paramref name="isReady"/> is called again once a wake-up can no longer be missed.</summary>
    public ValueTask<bool> WaitAsync<TState>(TState state, Func<TState, bool> isReady, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_isTaken)
            {
                return WaitSharedLocked(state, isReady, cancellationToken);
            }

            Volatile.Write(ref _isWaiting, true);
            Interlocked.MemoryBarrier();
            if (isReady(state))
            {
                _isWaiting = _others is not null;
                return Ready();
            }

            _core.Reset();
            (_isTaken, _isQueued, _cancelled) = (true, false, default);
        }

        // A token that is already cancelled calls back here, so this must be outside the lock.
        if (cancellationToken.CanBeCanceled)
        {
            _registration = cancellationToken.UnsafeRegister(static (self, token) => ((ReadSignal)self!).Cancel(token), this);
        }

        return new ValueTask<bool>(this, _core.Version);
    }

    /// <summary>Something may be readable, or the end has come.</summary>
    public void Wake()
    {
        // Orders the enqueue before the read of the flag; the reader does the reverse.
        Interlocked.MemoryBarrier();
        if (!Volatile.Read(ref _isWaiting))
        {
            return;
        }

        TaskCompletionSource<bool>? others;
        bool continues;
        lock (_gate)
        {
            if (!_isWaiting)
            {
                return;
            }

            _isWaiting = false;
            (others, _others) = (_others, null);
            continues = TryQueueLocked();
        }

        if (continues)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }

        others?.TrySetResult(true);
    }

    void IThreadPoolWorkItem.Execute()
    {
        // The continuation runs in here, and may wait again: nothing of the wait that is over may be used behind it.
        if (_cancelled.IsCancellationRequested)
        {
            _core.SetException(new OperationCanceledException(_cancelled));
        }
        else
        {
            _core.SetResult(true);
        }
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        _registration.Dispose();
        _registration = default;
        try
        {
            _core.GetResult(token);
        }
        finally
        {
            lock (_gate)
            {
                _isTaken = false;
            }
        }

        return outcome?.AfterWait() ?? true;
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!TryQueueLocked())
            {
                return;
            }

            _cancelled = cancellationToken;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    private bool TryQueueLocked()
    {
        if (!_isTaken || _isQueued)
        {
            return false;
        }

        _isQueued = true;
        return true;
    }

    private ValueTask<bool> Ready()
    {
        try
        {
            return new ValueTask<bool>(outcome?.AfterWait() ?? true);
        }
        catch (Exception e)
        {
            return ValueTask.FromException<bool>(e);
        }
    }

    private ValueTask<bool> WaitSharedLocked<TState>(TState state, Func<TState, bool> isReady, CancellationToken cancellationToken)
    {
        _others ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _isWaiting, true);
        Interlocked.MemoryBarrier();
        return isReady(state) ? Ready() : SharedAsync(_others.Task.WaitAsync(cancellationToken));
    }

    private async ValueTask<bool> SharedAsync(Task woken)
    {
        await woken.ConfigureAwait(false);
        return outcome?.AfterWait() ?? true;
    }
}
