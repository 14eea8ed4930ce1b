using Microsoft.Extensions.Time.Testing;

namespace Earshot.Cli.Tests.Rig;

/// <summary>A clock of the test that does not advance, and reports when a number of timers with one due time were created.</summary>
internal sealed class CountedTime(TimeSpan due, int count) : FakeTimeProvider
{
    private readonly TaskCompletionSource _created = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;

    /// <summary>Completes when that many timers were created.</summary>
    internal Task Created => _created.Task;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime == due && Interlocked.Increment(ref _count) == count)
        {
            _created.TrySetResult();
        }

        return timer;
    }
}
