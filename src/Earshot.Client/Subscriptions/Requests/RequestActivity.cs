namespace Earshot.Subscriptions;

/// <summary>
/// The number of requests in flight and the time since when there has always been one, for the keep-alive and migrations. It does not
/// reference the requests.
/// </summary>
/// <param name="gate">The lock of the inbox, under which requests begin.</param>
/// <param name="time">The clock.</param>
internal sealed class RequestActivity(Lock gate, TimeProvider time)
{
    private int _waiting;
    private int _manyReplies;
    private long _busySince;
    private TaskCompletionSource? _idle;

    public int InFlight => Volatile.Read(ref _waiting);

    /// <summary>Since when there has always been a request in flight, one with many replies included; null while there is none.</summary>
    public long? BusySince => InFlight > 0 || Volatile.Read(ref _manyReplies) > 0 ? Volatile.Read(ref _busySince) : null;

    /// <summary>A request begins. Under the outbound lock.</summary>
    public void BeginLocked(long now)
    {
        if (InFlight == 0 && _manyReplies == 0)
        {
            Volatile.Write(ref _busySince, now);
        }

        Interlocked.Increment(ref _waiting);
    }

    /// <summary>A request has its reply or has failed, whether or not the application takes the result.</summary>
    public void End()
    {
        if (Interlocked.Decrement(ref _waiting) > 0)
        {
            return;
        }

        lock (gate)
        {
            if (InFlight > 0)
            {
                return;
            }

            _idle?.TrySetResult();
            _idle = null;
        }
    }

    /// <summary>A request whose replies have a separate subscription counts as outstanding like any other, until it is disposed.</summary>
    public IDisposable BeginMany()
    {
        lock (gate)
        {
            if (_waiting == 0 && _manyReplies == 0)
            {
                Volatile.Write(ref _busySince, time.GetTimestamp());
            }

            Volatile.Write(ref _manyReplies, _manyReplies + 1);
        }

        return new RequestManyScope(this);
    }

    /// <summary>Completes when no request waits, or after <paramref name="limit"/>.</summary>
    public Task WhenIdleAsync(TimeSpan limit)
    {
        Task idle;
        lock (gate)
        {
            if (_waiting == 0)
            {
                return Task.CompletedTask;
            }

            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            idle = _idle.Task;
        }

        return WaitAsync(idle, limit, time);

        static async Task WaitAsync(Task idle, TimeSpan limit, TimeProvider clock) =>
            await idle.WaitAsync(limit, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void EndMany()
    {
        lock (gate)
        {
            Volatile.Write(ref _manyReplies, _manyReplies - 1);
        }
    }

    private sealed class RequestManyScope(RequestActivity activity) : IDisposable
    {
        public void Dispose() => activity.EndMany();
    }
}
