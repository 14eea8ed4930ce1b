using Earshot.Timing;

namespace Earshot.Outbound;

/// <summary>A publisher that waits for room in the outbound buffer; woken by room, its deadline, its token or the end.</summary>
internal sealed class SpaceWaiter : TimerEntry
{
    private readonly TaskCompletionSource<bool> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Wake() => _completion.TrySetResult(true);

    /// <summary>True: try again. False: the deadline has passed.</summary>
    public async Task<bool> WaitAsync(TimerQueue timers, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (timeout != Timeout.InfiniteTimeSpan)
        {
            timers.Schedule(this, timeout);
        }

        await using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((SpaceWaiter)state!)._completion.TrySetCanceled(token), this);
        try
        {
            return await _completion.Task.ConfigureAwait(false);
        }
        finally
        {
            timers.Cancel(this);
        }
    }

    protected override void Fire() => _completion.TrySetResult(false);
}
