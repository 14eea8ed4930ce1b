using Microsoft.Extensions.Time.Testing;

namespace Earshot.JetStream.Tests.Kit;

/// <summary>
/// A clock of the test that advances over the delays between two attempts as soon as one begins, and otherwise only when the test moves it: no
/// attempt times out on its own.
/// </summary>
internal sealed class RetryTime() : FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero))
{
    /// <summary>Timers that are due later are left alone, as those of a reconnect.</summary>
    public TimeSpan Longest { get; set; } = TimeSpan.FromMilliseconds(300);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && dueTime < Longest) // deadlines of requests change a timer that is created without one
        {
            _ = Task.Run(() => Advance(dueTime));
        }

        return timer;
    }
}
