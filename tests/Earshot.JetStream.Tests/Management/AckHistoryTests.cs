using Earshot.JetStream.Requests;
using Xunit;

namespace Earshot.JetStream.Tests.Management;

/// <summary>What was acknowledged when a publish started, although other acks have arrived since.</summary>
public sealed class AckHistoryTests
{
    private const long Always = long.MaxValue;

    [Fact]
    public void Sequence_of_each_change_is_the_last_one_acknowledged_until_then()
    {
        var acks = new AckHistory();
        Assert.Equal(0UL, acks.At(Always));
        acks.Raise(10, 3, Always);
        acks.Raise(12, 5, Always);
        acks.Raise(20, 9, Always);
        Assert.Equal([0UL, 10, 10, 12, 12, 20, 20], new long[] { 2, 3, 4, 5, 8, 9, 10 }.Select(acks.At));
        Assert.Equal(20UL, acks.Highest);
    }

    [Fact]
    public void Fall_forgets_what_was_acknowledged_before()
    {
        var acks = new AckHistory();
        acks.Raise(10, 1, Always);
        acks.Raise(12, 2, Always);
        acks.Fall(6, 3);
        acks.Raise(7, 4, Always);
        Assert.Equal([0UL, 0, 6, 7], new long[] { 1, 2, 3, 4 }.Select(acks.At));
    }

    [Fact]
    public void Value_that_no_publish_started_after_is_not_kept()
    {
        var acks = new AckHistory();
        acks.Raise(10, 1, 0);
        acks.Raise(11, 2, asked: 1);
        acks.Raise(12, 3, asked: 1);
        Assert.Equal([10UL, 10, 12], new long[] { 1, 2, 3 }.Select(acks.At)); // less than 11 is true as well
    }

    [Fact]
    public void Oldest_values_are_replaced_and_unknown_then()
    {
        var acks = new AckHistory();
        for (int change = 1; change <= 5 * AckHistory.Capacity; change++)
        {
            acks.Raise((ulong)change * 10, change, Always);
            int oldest = Math.Max(1, change - AckHistory.Capacity);
            Assert.Equal((ulong)change * 10, acks.At(change));
            Assert.Equal((ulong)oldest * 10, acks.At(oldest));
            Assert.Equal(0UL, acks.At(oldest - 1));
        }
    }
}
