using System.Threading.Tasks.Sources;

namespace Earshot.Subscriptions;

/// <summary>
/// Lets a reader sleep until there is something to read. One waiting reader costs no allocation; further ones at the same
/// time share a task. Woken once per parsed batch.
/// </summary>
internal sealed class ReadSignal : IValueTaskSource<bool>
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private TaskCompletionSource<bool>? _others;
    private CancellationTokenRegistration _registration;
    private bool _isWaiting;
    private bool _isTaken; // the core is handed out and not yet consumed

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
                return new ValueTask<bool>(true);
            }

            _core.Reset();
            _isTaken = true;
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
        lock (_gate)
        {
            if (!_isWaiting)
            {
                return;
            }

            _isWaiting = false;
            (others, _others) = (_others, null);
            if (_isTaken && _core.GetStatus(_core.Version) == ValueTaskSourceStatus.Pending)
            {
                _core.SetResult(true);
            }
        }

        others?.TrySetResult(true);
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        _registration.Dispose();
        _registration = default;
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            lock (_gate)
            {
                _isTaken = false;
            }
        }
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_isTaken && _core.GetStatus(_core.Version) == ValueTaskSourceStatus.Pending)
            {
                _core.SetException(new OperationCanceledException(cancellationToken));
            }
        }
    }

    private ValueTask<bool> WaitSharedLocked<TState>(TState state, Func<TState, bool> isReady, CancellationToken cancellationToken)
    {
        _others ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _isWaiting, true);
        Interlocked.MemoryBarrier();
        return isReady(state) ? new ValueTask<bool>(true) : new ValueTask<bool>(_others.Task.WaitAsync(cancellationToken));
    }
}
