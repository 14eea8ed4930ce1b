namespace Earshot.Lifecycle;

/// <summary>What a caller waits for that asked for it: a session, or one that is newer than the wish.</summary>
internal sealed class Wish(bool isReconnect)
{
    public bool IsReconnect => isReconnect;

    public TaskCompletionSource Fulfilled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Callers who wait for the connection to get somewhere: open, reconnected, or over.</summary>
internal sealed class LifeWaiters
{
    private readonly Lock _gate = new();
    private readonly List<TaskCompletionSource> _connecting = [];
    private readonly List<TaskCompletionSource> _reconnecting = [];
    private TaskCompletionSource? _nextSession; // both made for the first who waits
    private TaskCompletionSource? _over;
    private Exception? _ended;

    public Task Over
    {
        get
        {
            lock (_gate)
                return (_over ??= New()).Task;
        }
    }

    /// <summary>Waits for a session of the life that goes on; when none does, it fails at once.</summary>
    public Task NextSession()
    {
        lock (_gate)
        {
            // One for all who wait, so that those who give up leave nothing behind.
            if (_ended is null)
                return (_nextSession ??= New()).Task;
            TaskCompletionSource refused = New();
            if (refused.TrySetException(_ended))
                _ = refused.Task.Exception; // a caller may find that it need not wait
            return refused.Task;
        }
    }

    /// <summary>A wish has its turn: only what happens from here on fulfils it.</summary>
    public void Admit(Wish wish)
    {
        lock (_gate)
            (wish.IsReconnect ? _reconnecting : _connecting).Add(wish.Fulfilled);
    }

    public void Connected()
    {
        NewSession(null);
        Release(_connecting, null);
    }

    public void Reconnected() => Release(_reconnecting, null);

    public void LifeOver(Exception exception)
    {
        lock (_gate)
            _ended = exception;
        RefuseAll(exception);
        lock (_gate)
            (_over ??= New()).TrySetResult();
    }

    /// <summary>There is no life that could fulfil what is wished for.</summary>
    public void RefuseAll(Exception exception)
    {
        NewSession(exception);
        Release(_connecting, exception);
        Release(_reconnecting, exception);
    }

    public void BeginLife()
    {
        lock (_gate)
            (_over, _ended) = (null, null);
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void NewSession(Exception? exception)
    {
        TaskCompletionSource? waited;
        lock (_gate)
            (waited, _nextSession) = (_nextSession, null);
        if (waited is null)
            return;
        if (exception is null)
            waited.TrySetResult();
        else if (waited.TrySetException(exception))
            _ = waited.Task.Exception;
    }

    private void Release(List<TaskCompletionSource> waiters, Exception? exception)
    {
        TaskCompletionSource[] released;
        lock (_gate)
        {
            released = [.. waiters];
            waiters.Clear();
        }

        foreach (TaskCompletionSource waiter in released)
        {
            if (exception is null)
                waiter.TrySetResult();
            else if (waiter.TrySetException(exception))
                _ = waiter.Task.Exception; // a caller that was cancelled has left
        }
    }
}
