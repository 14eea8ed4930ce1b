using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Options;

public sealed class RunSettingsTests
{
    [Fact]
    public void Without_amounts_a_run_requests_a_message_for_each_handler()
    {
        var settings = RunSettings.Of(new NatsJSRunOpts { MaxConcurrency = 4 });
        Assert.Equal((4, 3), (settings.Consume.MaxMsgs, settings.Consume.ThresholdMsgs));
        settings = RunSettings.Of(new NatsJSRunOpts { MaxConcurrency = 4, Consume = new NatsJSConsumeOpts { ThresholdMsgs = 1 } });
        Assert.Equal((4, 1), (settings.Consume.MaxMsgs, settings.Consume.ThresholdMsgs));
        settings = RunSettings.Of(new NatsJSRunOpts { MaxConcurrency = 4, Consume = new NatsJSConsumeOpts { MaxMsgs = 9 } });
        Assert.Equal((9, null), (settings.Consume.MaxMsgs, settings.Consume.ThresholdMsgs));
        settings = RunSettings.Of(new NatsJSRunOpts { MaxConcurrency = 4, Consume = new NatsJSConsumeOpts { MaxBytes = 9 } });
        Assert.Equal((null, 9), (settings.Consume.MaxMsgs, settings.Consume.MaxBytes));
    }

    [Fact]
    public void Fewer_messages_than_handlers_are_refused()
    {
        Assert.Equal(4, RunSettings.Of(new NatsJSRunOpts { MaxConcurrency = 4, Consume = new NatsJSConsumeOpts { MaxMsgs = 4 } }).MaxConcurrency);
        Assert.Throws<ArgumentException>(() => RunSettings.Of(new NatsJSRunOpts { MaxConcurrency = 4, Consume = new NatsJSConsumeOpts { MaxMsgs = 3 } }));
    }

    [Fact]
    public void Times_are_ticks_and_infinite_ones_never_end()
    {
        var settings = RunSettings.Of(new NatsJSRunOpts { RetryDelays = [TimeSpan.Zero, TimeSpan.FromSeconds(2)], ProgressLimit = TimeSpan.FromSeconds(3), DrainTimeout = TimeSpan.FromSeconds(4), TerminateAfter = 5 });
        Assert.Equal([0, 2 * TimeSpan.TicksPerSecond], settings.RetryDelays);
        Assert.Equal((3 * TimeSpan.TicksPerSecond, 4 * TimeSpan.TicksPerSecond, 5), (settings.ProgressLimit, settings.DrainTimeout, settings.TerminateAfter));
        settings = RunSettings.Of(new NatsJSRunOpts { RetryDelays = [], DrainTimeout = Timeout.InfiniteTimeSpan });
        Assert.Null(settings.RetryDelays);
        Assert.Equal((PullTimes.Never, PullTimes.Never, 0), (settings.ProgressLimit, settings.DrainTimeout, settings.TerminateAfter));
    }

    [Fact]
    public void What_is_out_of_range_is_refused()
    {
        NatsJSRunOpts[] wrong =
        [
            new() { MaxConcurrency = 0 }, new() { TerminateAfter = 0 }, new() { RetryDelays = [TimeSpan.FromTicks(-1)] }, new() { ProgressLimit = TimeSpan.FromTicks(-1) },
            new() { DrainTimeout = TimeSpan.FromTicks(-2) },
        ];
        Assert.All(wrong, opts => Assert.Throws<ArgumentOutOfRangeException>(() => RunSettings.Of(opts)));
    }

    [Theory]
    [InlineData(false, NatsJSStopPolicy.Leave, false)]
    [InlineData(true, NatsJSStopPolicy.Leave, true)]
    [InlineData(false, NatsJSStopPolicy.Deliver, true)]
    public void A_stop_hands_out_what_was_requested_when_either_option_asks_for_it(bool drains, NatsJSStopPolicy policy, bool expected) =>
        Assert.Equal(expected, RunSettings.Of(new NatsJSRunOpts { Consume = new NatsJSConsumeOpts { DrainOnCancel = drains, StopPolicy = policy } }).DrainsAtStop);

    [Fact]
    public void A_delay_is_that_of_the_delivery_and_the_last_one_repeats()
    {
        var own = RunSettings.Of(new NatsJSRunOpts { RetryDelays = [TimeSpan.FromTicks(1), TimeSpan.FromTicks(2)] });
        Assert.Equal([1, 1, 2, 2], ((ulong[])[0, 1, 2, ulong.MaxValue]).Select(delivered => own.RetryDelay(delivered, [7])));
        var none = RunSettings.Of(new NatsJSRunOpts());
        Assert.Equal(7, none.RetryDelay(1, [7]));
        Assert.Equal(TimeSpan.TicksPerSecond, none.RetryDelay(1, []));
    }
}
