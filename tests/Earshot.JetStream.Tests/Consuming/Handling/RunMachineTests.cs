using CsCheck;
using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>What the machine of a run decides: progress, the end of a stop, and the acks of handlers that have ended.</summary>
public sealed class RunMachineTests
{
    private const long Second = TimeSpan.TicksPerSecond;
    private static readonly long[] s_none = [];
    private static readonly long[] s_backOff = [Second, 5 * Second];

    [Fact]
    public void Progress_is_reported_at_half_of_AckWait_until_the_handler_ends()
    {
        RunMachine machine = Machine(new NatsJSRunOpts());
        Assert.Equal(15 * Second, machine.Begin(0, 30 * Second, 0, 0));
        Assert.Equal((15 * Second, ""), (machine.Due, Fire(machine, 14 * Second)));
        Assert.Equal("0", Fire(machine, 15 * Second));
        Assert.Equal((30 * Second, ""), (machine.Due, Fire(machine, 29 * Second)));
        Assert.Equal("0", Fire(machine, 30 * Second));
        machine.End(0);
        Assert.Equal(PullTimes.Never, machine.Due);
    }

    [Fact]
    public void Time_that_a_message_waited_for_its_handler_counts()
    {
        RunMachine machine = Machine(new NatsJSRunOpts());
        Assert.Equal(105 * Second, machine.Begin(0, 30 * Second, 10 * Second, 100 * Second));
        machine.End(0);
        Assert.Equal(100 * Second, machine.Begin(0, 30 * Second, 20 * Second, 100 * Second)); // immediately
        Assert.Equal("0", Fire(machine, 100 * Second));
        Assert.Equal(115 * Second, machine.Due);
    }

    [Fact]
    public void All_handlers_share_the_next_due_time()
    {
        RunMachine machine = Machine(new NatsJSRunOpts { MaxConcurrency = 3 });
        machine.Begin(2, 30 * Second, 0, 0);
        machine.Begin(0, 4 * Second, 0, Second);
        Assert.Equal(3 * Second, machine.Due);
        Assert.Equal("0", Fire(machine, 3 * Second));
        Assert.Equal("0 2", Fire(machine, 15 * Second));
        machine.Begin(1, 0, 0, 15 * Second); // needs no ack
        Assert.Equal("0 2", Fire(machine, 60 * Second));
    }

    [Fact]
    public void Progress_limit_ends_the_reports()
    {
        RunMachine machine = Machine(new NatsJSRunOpts { ProgressLimit = TimeSpan.FromSeconds(40) });
        machine.Begin(0, 30 * Second, 0, 0);
        Assert.Equal("0", Fire(machine, 15 * Second));
        Assert.Equal("0", Fire(machine, 30 * Second));
        Assert.Equal(PullTimes.Never, machine.Due); // the next one would be at 45 s
        RunMachine silent = Machine(new NatsJSRunOpts { ProgressLimit = TimeSpan.Zero });
        Assert.Equal(PullTimes.Never, silent.Begin(0, 30 * Second, 0, 0));
    }

    [Fact]
    public void Message_that_its_handler_acknowledged_has_no_more_progress_reports()
    {
        RunMachine machine = Machine(new NatsJSRunOpts());
        machine.Begin(0, 30 * Second, 0, 0);
        machine.Quiet(0);
        Assert.Equal(PullTimes.Never, machine.Due);
    }

    [Fact]
    public void Handlers_are_cancelled_when_the_drain_timeout_has_passed()
    {
        RunMachine machine = Machine(new NatsJSRunOpts { DrainTimeout = TimeSpan.FromSeconds(5) });
        machine.Begin(0, 30 * Second, 0, 0);
        machine.Stop(2 * Second);
        machine.Stop(4 * Second); // the first one counts
        Assert.Equal(7 * Second, machine.Due);
        Assert.False(machine.Timer(6 * Second, []));
        Assert.True(machine.Timer(7 * Second, []));
        Assert.False(machine.Timer(8 * Second, [])); // once
        Assert.Equal(15 * Second, machine.Due); // the handler may still run, and keeps its message
    }

    [Fact]
    public void Infinite_drain_timeout_cancels_no_handler()
    {
        RunMachine machine = Machine(new NatsJSRunOpts { DrainTimeout = Timeout.InfiniteTimeSpan });
        machine.Stop(0);
        Assert.Equal(PullTimes.Never, machine.Due);
        RunMachine immediate = Machine(new NatsJSRunOpts { DrainTimeout = TimeSpan.Zero });
        immediate.Stop(3);
        Assert.True(immediate.Timer(3, []));
    }

    [Fact]
    public void Only_a_handler_that_returned_is_acknowledged()
    {
        RunMachine machine = Machine(new NatsJSRunOpts());
        Assert.Equal(new HandlerVerdict(HandlerVerdictKind.Ack), machine.VerdictOf(HandlerOutcome.Succeeded, 1, s_none));
        Assert.Equal(new HandlerVerdict(HandlerVerdictKind.Retry), machine.VerdictOf(HandlerOutcome.Canceled, 1, s_backOff)); // immediately: it did not fail
        Assert.Equal(new HandlerVerdict(HandlerVerdictKind.Retry, Second), machine.VerdictOf(HandlerOutcome.Failed, 1, s_none));
    }

    [Fact]
    public void Handler_with_manual_acks_is_not_acknowledged_and_fails_as_any_other()
    {
        RunMachine machine = Machine(new NatsJSRunOpts { AckMode = NatsJSAckMode.Manual });
        Assert.Equal(new HandlerVerdict(HandlerVerdictKind.None), machine.VerdictOf(HandlerOutcome.Succeeded, 1, s_none));
        Assert.Equal(HandlerVerdictKind.Retry, machine.VerdictOf(HandlerOutcome.Failed, 1, s_none).Kind);
    }

    [Theory]
    [InlineData(0UL, 1)]
    [InlineData(1UL, 1)]
    [InlineData(2UL, 5)]
    [InlineData(3UL, 5)]
    [InlineData(ulong.MaxValue, 5)]
    public void Delay_of_a_failure_is_the_step_of_its_delivery(ulong delivered, int seconds)
    {
        Assert.Equal(seconds * Second, Machine(new NatsJSRunOpts()).VerdictOf(HandlerOutcome.Failed, delivered, s_backOff).Delay);
        var own = new NatsJSRunOpts { RetryDelays = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)] };
        Assert.Equal(seconds * Second, Machine(own).VerdictOf(HandlerOutcome.Failed, delivered, [9 * Second]).Delay);
    }

    [Fact]
    public void Failure_of_the_last_allowed_delivery_terminates_the_message()
    {
        RunMachine machine = Machine(new NatsJSRunOpts { TerminateAfter = 3 });
        Assert.Equal(HandlerVerdictKind.Retry, machine.VerdictOf(HandlerOutcome.Failed, 2, s_none).Kind);
        Assert.Equal(HandlerVerdictKind.Terminate, machine.VerdictOf(HandlerOutcome.Failed, 3, s_none).Kind);
        Assert.Equal(HandlerVerdictKind.Terminate, machine.VerdictOf(HandlerOutcome.Failed, 4, s_none).Kind);
        Assert.Equal(HandlerVerdictKind.Ack, machine.VerdictOf(HandlerOutcome.Succeeded, 3, s_none).Kind);
        Assert.Equal(HandlerVerdictKind.Retry, machine.VerdictOf(HandlerOutcome.Canceled, 3, s_none).Kind);
    }

    // However handlers begin and end: a running message is never silent for longer than half of its AckWait, measured from its arrival.
    [Fact]
    public void No_running_message_is_silent_for_longer_than_half_of_its_AckWait() =>
        Gen.Int[0, 7].Array[1, 60].Sample(steps =>
        {
            RunMachine machine = Machine(new NatsJSRunOpts { MaxConcurrency = 4 });
            long?[] silentUntil = new long?[4];
            long[] interval = new long[4];
            long now = 0;
            foreach (int step in steps)
            {
                int slot = step % 4;
                if (silentUntil[slot] is null)
                {
                    interval[slot] = (step + 1) * Second;
                    machine.Begin(slot, 2 * interval[slot], 0, now);
                    silentUntil[slot] = now + interval[slot];
                }
                else if (step > 3)
                {
                    machine.End(slot);
                    silentUntil[slot] = null;
                }

                now = Math.Min(machine.Due, now + (3 * Second));
                List<int> progress = [];
                machine.Timer(now, progress);
                Assert.All(progress, reported => Assert.NotNull(silentUntil[reported]));
                for (int i = 0; i < 4; i++)
                {
                    Assert.True(silentUntil[i] is null || progress.Contains(i) || now < silentUntil[i]);
                    silentUntil[i] = progress.Contains(i) ? now + interval[i] : silentUntil[i];
                }
            }
        });

    [Fact]
    public void Options_out_of_range_are_rejected()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => RunSettings.Of(new NatsJSRunOpts { MaxConcurrency = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => RunSettings.Of(new NatsJSRunOpts { TerminateAfter = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => RunSettings.Of(new NatsJSRunOpts { DrainTimeout = TimeSpan.FromSeconds(-2) }));
        Assert.Throws<ArgumentOutOfRangeException>(() => RunSettings.Of(new NatsJSRunOpts { RetryDelays = [TimeSpan.FromSeconds(-2)] }));
        Assert.Throws<ArgumentOutOfRangeException>(() => RunSettings.Of(new NatsJSRunOpts { ProgressLimit = TimeSpan.FromSeconds(-2) }));
        Assert.Throws<ArgumentException>(() => RunSettings.Of(new NatsJSRunOpts { MaxConcurrency = 4, Consume = new NatsJSConsumeOpts { MaxMsgs = 3 } }));
    }

    [Fact]
    public void Without_limits_only_as_many_messages_are_requested_as_handlers_can_run()
    {
        NatsJSConsumeOpts consume = RunSettings.Of(new NatsJSRunOpts { MaxConcurrency = 8 }).Consume;
        Assert.Equal((8, 7), (consume.MaxMsgs, consume.ThresholdMsgs));
        consume = RunSettings.Of(new NatsJSRunOpts { MaxConcurrency = 8, Consume = new NatsJSConsumeOpts { MaxMsgs = 100 } }).Consume;
        Assert.Equal((100, null), (consume.MaxMsgs, consume.ThresholdMsgs));
    }

    private static RunMachine Machine(NatsJSRunOpts opts) => new(RunSettings.Of(opts));

    private static string Fire(RunMachine machine, long now)
    {
        List<int> progress = [];
        machine.Timer(now, progress);
        return string.Join(' ', progress);
    }
}
