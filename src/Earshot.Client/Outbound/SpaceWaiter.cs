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
