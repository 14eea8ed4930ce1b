using Earshot.Timing;

namespace Earshot.Outbound;

/// <summary>A publisher that waits for room in the outbound buffer; woken by room, its deadline, its token or the end.</summary>
internal sealed class SpaceWaiter : TimerEntry
{
    private readonly TaskCompletionSource<bool> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True: try again. False: the deadline has passed.</summary>
    public Task<bool> Task => _completion.Task;

    public void Wake() => _completion.TrySetResult(true);

    public void Cancel(CancellationToken cancellationToken) => _completion.TrySetCanceled(cancellationToken);

    protected override void Fire() => _completion.TrySetResult(false);
}

/// <summary>The publishers that wait for room. Those of its methods that say so are called under the gate of the buffer.</summary>
internal sealed class SpaceQueue(TimerQueue timers)
{
    private readonly List<SpaceWaiter> _waiters = [];

    public SpaceWaiter EnterLocked()
    {
        var waiter = new SpaceWaiter();
        _waiters.Add(waiter);
        return waiter;
    }

    public void WakeLocked()
    {
        foreach (SpaceWaiter waiter in _waiters)
            waiter.Wake();
    }

    public async Task<bool> WaitAsync(SpaceWaiter waiter, Lock gate, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (timeout != Timeout.InfiniteTimeSpan)
            timers.Schedule(waiter, timeout);
        await using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((SpaceWaiter)state!).Cancel(token), waiter);
        try
        {
            return await waiter.Task.ConfigureAwait(false);
        }
        finally
        {
            timers.Cancel(waiter);
            lock (gate)
                _waiters.Remove(waiter);
        }
    }
}
