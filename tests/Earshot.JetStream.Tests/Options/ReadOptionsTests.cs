using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Options;

/// <summary>The options of reads as the settings of the machine: defaults, limits, and what is refused.</summary>
public sealed class ReadOptionsTests
{
    private const long Second = TimeSpan.TicksPerSecond;

    [Fact]
    public void Defaults_of_a_consume_are_a_thousand_messages_requested_again_at_half()
    {
        PullSettings settings = ReadOptions.Of(new NatsJSConsumeOpts());
        Assert.Equal((1000, 0, 500, 30 * Second, 5 * Second, false), (settings.MaxMsgs, settings.MaxBytes, settings.Threshold, settings.Expires, settings.Heartbeat, settings.IsSingle));
    }

    [Theory]
    [InlineData(10, null, 5)]
    [InlineData(10, 0, 0)]
    [InlineData(10, 9, 9)]
    [InlineData(10, 10, 9)] // with a threshold of the capacity there would be nothing to request
    [InlineData(1, null, 0)]
    public void The_threshold_is_below_the_number_of_messages(int msgs, int? threshold, int expected) =>
        Assert.Equal(expected, ReadOptions.Of(new NatsJSConsumeOpts { MaxMsgs = msgs, ThresholdMsgs = threshold, ThresholdBytes = 3 }).Threshold);

    [Theory]
    [InlineData(1000, null, 500)]
    [InlineData(1000, 200, 200)]
    public void A_consume_in_bytes_has_a_threshold_in_bytes(int bytes, int? threshold, int expected)
    {
        PullSettings settings = ReadOptions.Of(new NatsJSConsumeOpts { MaxBytes = bytes, ThresholdBytes = threshold, ThresholdMsgs = 3 });
        Assert.Equal((PullSettings.BatchOfBytes, bytes, expected), (settings.MaxMsgs, settings.MaxBytes, settings.Threshold));
    }

    [Theory]
    [InlineData(10, 1000, null, null, "A consume can have either MaxMsgs or MaxBytes, not both.")]
    [InlineData(0, null, null, null, "MaxMsgs must be at least 1, not 0.")]
    [InlineData(null, 0, null, null, "MaxBytes must be at least 1, not 0.")]
    [InlineData(10, null, -1, null, "The threshold -1 is not between 0 and 10.")]
    [InlineData(10, null, 11, null, "The threshold 11 is not between 0 and 10.")]
    [InlineData(null, 1000, null, 1001, "The threshold 1001 is not between 0 and 1000.")]
    public void Amounts_that_cannot_be_requested_are_refused(int? msgs, int? bytes, int? threshold, int? thresholdBytes, string message) =>
        Refused(message, () => ReadOptions.Of(new NatsJSConsumeOpts { MaxMsgs = msgs, MaxBytes = bytes, ThresholdMsgs = threshold, ThresholdBytes = thresholdBytes }));

    [Theory]
    [InlineData(30, null, 5)]
    [InlineData(8, null, 4)]
    [InlineData(2, null, 1)]
    [InlineData(1, null, 0)] // too short for heartbeats
    [InlineData(10, 0, 0)]
    [InlineData(10, 5, 5)]
    public void The_heartbeat_of_a_consume_is_at_most_half_of_the_expiry(int expires, int? heartbeat, int expected)
    {
        PullSettings settings = ReadOptions.Of(new NatsJSConsumeOpts { Expires = TimeSpan.FromSeconds(expires), IdleHeartbeat = heartbeat is { } given ? TimeSpan.FromSeconds(given) : null });
        Assert.Equal((expires * Second, expected * Second), (settings.Expires, settings.Heartbeat));
    }

    [Fact]
    public void Longest_durations_are_those_that_can_be_added_to_the_present_time()
    {
        PullSettings settings = ReadOptions.Of(new NatsJSFetchOpts { MaxMsgs = 1, Expires = TimeSpan.MaxValue, IdleHeartbeat = TimeSpan.FromSeconds(5) }, noWait: false);

        Assert.Equal((TimeSpan.FromDays(36_500).Ticks, 5 * TimeSpan.TicksPerSecond), (settings.Expires, settings.Heartbeat));
        Assert.Throws<ArgumentException>(() => ReadOptions.Of(new NatsJSConsumeOpts { IdleHeartbeat = TimeSpan.MaxValue }));
    }

    [Fact]
    public void Times_that_the_server_would_refuse_are_refused()
    {
        Refused("Expires must be greater than zero, not 00:00:00.", () => ReadOptions.Of(new NatsJSConsumeOpts { Expires = TimeSpan.Zero }));
        const string Half = "IdleHeartbeat must be between zero and half of Expires (00:00:10), not ";
        Refused(Half + "-00:00:01.", () => ReadOptions.Of(new NatsJSConsumeOpts { Expires = TimeSpan.FromSeconds(10), IdleHeartbeat = TimeSpan.FromSeconds(-1) }));
        Refused(Half + "00:00:06.", () => ReadOptions.Of(new NatsJSConsumeOpts { Expires = TimeSpan.FromSeconds(10), IdleHeartbeat = TimeSpan.FromSeconds(6) }));
        Refused(Half + "00:00:06.", () => ReadOptions.Of(new NatsJSNextOpts { Expires = TimeSpan.FromSeconds(10), IdleHeartbeat = TimeSpan.FromSeconds(6) }));
    }

    [Fact]
    public void A_fetch_is_one_request_of_messages_or_bytes()
    {
        PullSettings msgs = ReadOptions.Of(new NatsJSFetchOpts { MaxMsgs = 7, Expires = TimeSpan.FromSeconds(10) }, noWait: false);
        Assert.Equal((7, 0, 5 * Second, true, false), (msgs.MaxMsgs, msgs.MaxBytes, msgs.Heartbeat, msgs.IsSingle, msgs.NoWait));
        PullSettings bytes = ReadOptions.Of(new NatsJSFetchOpts { MaxBytes = 900, Expires = TimeSpan.FromSeconds(9) }, noWait: false);
        Assert.Equal((PullSettings.BatchOfBytes, 900, 0), (bytes.MaxMsgs, bytes.MaxBytes, bytes.Heartbeat)); // below ten seconds there are none
        PullSettings both = ReadOptions.Of(new NatsJSFetchOpts { MaxMsgs = 7, MaxBytes = 900 }, noWait: true);
        Assert.Equal((7, 900, 0, true), (both.MaxMsgs, both.MaxBytes, both.Heartbeat, both.NoWait));
        Assert.Equal(1000, ReadOptions.Of(new NatsJSFetchOpts(), noWait: true).MaxMsgs);
        Refused("MaxBytes must be at least 1, not -1.", () => ReadOptions.Of(new NatsJSFetchOpts { MaxBytes = -1 }, noWait: false));
        Refused("MaxMsgs must be at least 1, not 0.", () => ReadOptions.Of(new NatsJSFetchOpts { MaxMsgs = 0 }, noWait: false));
    }

    [Fact]
    public void A_next_is_one_request_of_one_message()
    {
        PullSettings settings = ReadOptions.Of(new NatsJSNextOpts());
        Assert.Equal((1, 30 * Second, 5 * Second, true), (settings.MaxMsgs, settings.Expires, settings.Heartbeat, settings.IsSingle));
    }

    [Fact]
    public void What_happens_to_messages_at_a_stop_and_without_responders_is_taken_over()
    {
        PullSettings settings = ReadOptions.Of(new NatsJSConsumeOpts { StopPolicy = NatsJSStopPolicy.Leave, MaxConsecutive503Errors = 3 });
        Assert.Equal((true, 3), (settings.LeavesRest, settings.MaxNoResponders));
        Assert.False(ReadOptions.Of(new NatsJSConsumeOpts { StopPolicy = NatsJSStopPolicy.Deliver }).LeavesRest);
    }

    private static void Refused(string message, Func<object> convert) => Assert.StartsWith(message, Assert.ThrowsAny<ArgumentException>(convert).Message, StringComparison.Ordinal);
}
