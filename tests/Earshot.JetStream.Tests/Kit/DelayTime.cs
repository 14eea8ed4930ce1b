using Microsoft.Extensions.Time.Testing;

namespace Earshot.JetStream.Tests.Kit;

/// <summary>A clock of the test that does not advance, and reports when a timer was created whose due time is between two bounds.</summary>
internal sealed class DelayTime(TimeSpan least, TimeSpan most) : FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero))
{
    private readonly TaskCompletionSource _created = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Between the bounds of the first delay between two attempts, which is random.</summary>
    public static DelayTime OfFirstRetry() => new(TimeSpan.FromMilliseconds(35), TimeSpan.FromMilliseconds(65));

    /// <summary>Completes when such a timer was created.</summary>
    public Task Waits(CancellationToken cancellationToken) => _created.Task.WaitAsync(cancellationToken);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime >= least && dueTime <= most)
        {
            _created.TrySetResult();
        }

        return timer;
    }
}
