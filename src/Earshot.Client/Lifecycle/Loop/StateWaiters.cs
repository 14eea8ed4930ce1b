namespace Earshot.Lifecycle;

/// <summary>Callers who wait for the connection to get somewhere: open, reconnected, or over.</summary>
internal sealed class StateWaiters
{
    // All under this, which no other code locks; each is made for the first caller that waits.
    private List<TaskCompletionSource>? _connecting;
    private List<TaskCompletionSource>? _reconnecting;
    private TaskCompletionSource? _nextSession;
    private TaskCompletionSource? _over;
    private Exception? _ended;

    public Task Over
    {
        get
        {
            lock (this)
            {
                return (_over ??= New()).Task;
            }
        }
    }

    /// <summary>Waits for a session of the current connection run; fails immediately if there is no run.</summary>
    public Task NextSession()
    {
        lock (this)
        {
            // One for all who wait, so that those who give up leave nothing behind.
            if (_ended is null)
            {
                return (_nextSession ??= New()).Task;
            }

            TaskCompletionSource refused = New();
            if (refused.TrySetException(_ended))
            {
                _ = refused.Task.Exception; // a caller may find that it need not wait
            }

            return refused.Task;
        }
    }

    /// <summary>A call has its turn: only what happens from here on fulfils it.</summary>
    public void Enqueue(PendingCall call)
    {
        lock (this)
        {
            (call.IsReconnect ? _reconnecting ??= [] : _connecting ??= []).Add(call.Completion);
        }
    }

    public void Connected()
    {
        NewSession(null);
        Release(ref _connecting, null);
    }

    public void Reconnected() => Release(ref _reconnecting, null);

    public void RunEnded(Exception exception)
    {
        lock (this)
        {
            _ended = exception;
        }

        RefuseAll(exception);
        lock (this)
        {
            (_over ??= New()).TrySetResult();
        }
    }

    /// <summary>Fails all pending calls: there is no connection run that could complete them.</summary>
    public void RefuseAll(Exception exception)
    {
        NewSession(exception);
        Release(ref _connecting, exception);
        Release(ref _reconnecting, exception);
    }

    public void BeginRun()
    {
        lock (this)
        {
            (_over, _ended) = (null, null);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void NewSession(Exception? exception)
    {
        TaskCompletionSource? waited;
        lock (this)
        {
            (waited, _nextSession) = (_nextSession, null);
        }

        if (waited is null)
        {
            return;
        }

        if (exception is null)
        {
            waited.TrySetResult();
        }
        else if (waited.TrySetException(exception))
        {
            _ = waited.Task.Exception;
        }
    }

    private void Release(ref List<TaskCompletionSource>? waiters, Exception? exception)
    {
        List<TaskCompletionSource>? released;
        lock (this)
        {
            (released, waiters) = (waiters, null);
        }

        foreach (TaskCompletionSource waiter in released ?? [])
        {
            if (exception is null)
            {
                waiter.TrySetResult();
            }
            else if (waiter.TrySetException(exception))
            {
                _ = waiter.Task.Exception; // a caller that was cancelled has left
            }
        }
    }
}
