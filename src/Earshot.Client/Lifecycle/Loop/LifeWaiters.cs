namespace Earshot.Lifecycle;

/// <summary>Callers who wait for the connection to get somewhere: open, reconnected, or over.</summary>
internal sealed class LifeWaiters
{
    private readonly Lock _gate = new();
    private readonly List<TaskCompletionSource> _connecting = [];
    private readonly List<TaskCompletionSource> _reconnecting = [];
    private TaskCompletionSource _over = New();

    public Task Over
    {
        get
        {
            lock (_gate)
                return _over.Task;
        }
    }

    public Task AddConnect() => Add(_connecting);

    public Task AddReconnect() => Add(_reconnecting);

    public void Connected() => Release(_connecting, null);

    public void Reconnected() => Release(_reconnecting, null);

    public void LifeOver(Exception exception)
    {
        Release(_connecting, exception);
        Release(_reconnecting, exception);
        lock (_gate)
            _over.TrySetResult();
    }

    public void BeginLife()
    {
        lock (_gate)
            _over = New();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task Add(List<TaskCompletionSource> waiters)
    {
        TaskCompletionSource waiter = New();
        lock (_gate)
            waiters.Add(waiter);
        return waiter.Task;
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
