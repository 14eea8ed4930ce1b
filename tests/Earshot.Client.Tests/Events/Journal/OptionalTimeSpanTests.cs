using Earshot.Events;
using Xunit;

namespace Earshot.Client.Tests.Events;

/// <summary>Times that events keep in four bytes.</summary>
public sealed class OptionalTimeSpanTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    [InlineData(long.MinValue, 0)]
    [InlineData(9, 0)]
    [InlineData(10, 10)]
    [InlineData(1_234_567, 1_234_560)]
    [InlineData(21_474_836_459, 21_474_836_450)] // the longest in microseconds
    [InlineData(21_474_836_470, 21_474_830_000)] // and the next, in milliseconds
    [InlineData(36_000_012_345, 36_000_010_000)]
    [InlineData(long.MaxValue, 21_474_836_470_000)]
    public void A_time_is_kept_in_microseconds_below_35_minutes_and_in_milliseconds_above(long ticks, long kept) =>
        Assert.Equal(TimeSpan.FromTicks(kept), new OptionalTimeSpan(TimeSpan.FromTicks(ticks)).Value);

    [Fact]
    public void A_missing_time_is_no_time() => Assert.Null(new OptionalTimeSpan(null).Value);

    [Fact]
    public void A_snapshot_counts_silence_in_milliseconds()
    {
        var snapshot = new NatsConnectionSnapshot { SinceLastInbound = TimeSpan.FromMicroseconds(12_999), LastRtt = TimeSpan.FromMicroseconds(12_999) };
        Assert.Equal((TimeSpan.FromMilliseconds(12), TimeSpan.FromMicroseconds(12_999)), (snapshot.SinceLastInbound, snapshot.LastRtt));
    }
}
