using Earshot.Timing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Client.Tests.Timing;

/// <summary>A delay is converted to a due time without overflow, whatever its value.</summary>
public sealed class DueTimeTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue / 2)]
    [InlineData(long.MaxValue)]
    public void A_time_beyond_the_range_of_timestamps_and_an_infinite_one_never_come(long now)
    {
        Assert.Equal(DueTime.Never, DueTime.At(_time, now, Timeout.InfiniteTimeSpan));
        Assert.Equal(DueTime.Never, DueTime.At(_time, now, TimeSpan.MaxValue));
    }

    [Fact]
    public void A_longer_time_is_never_due_earlier()
    {
        long before = 0;
        foreach (TimeSpan time in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromTicks(1), TimeSpan.FromDays(24), TimeSpan.FromDays(50), TimeSpan.FromDays(365_000), TimeSpan.MaxValue])
        {
            long due = DueTime.At(_time, 1_000, time);
            Assert.InRange(due, Math.Max(1_000, before), DueTime.Never);
            before = due;
        }
    }

    [Fact]
    public void A_wait_that_no_task_takes_is_infinite()
    {
        Assert.Equal(Timeout.InfiniteTimeSpan, DueTime.ForWait(TimeSpan.MaxValue));
        Assert.Equal(Timeout.InfiniteTimeSpan, DueTime.ForWait(Timeout.InfiniteTimeSpan));
        Assert.Equal(TimeSpan.FromDays(49), DueTime.ForWait(TimeSpan.FromDays(49)));
    }

    [Theory]
    [InlineData(1_000, 1_250, 1_200)]
    [InlineData(1_000, 1_200, 1_200)]
    [InlineData(1_000, 1_099, 1_099)] // its multiple is now
    [InlineData(1_050, 1_099, 1_099)] // it has passed
    [InlineData(0, long.MaxValue, long.MaxValue - (long.MaxValue % 100))]
    public void A_time_on_the_grid_is_never_later_and_never_past(long now, long due, long expected) =>
        Assert.Equal(expected, DueTime.OnGrid(_time, now, due, TimeSpan.FromTicks(100)));

    [Fact]
    public void A_sum_does_not_overflow()
    {
        Assert.Equal(TimeSpan.MaxValue, DueTime.Sum(TimeSpan.MaxValue, TimeSpan.FromTicks(1)));
        Assert.Equal(TimeSpan.FromSeconds(3), DueTime.Sum(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)));
    }
}
