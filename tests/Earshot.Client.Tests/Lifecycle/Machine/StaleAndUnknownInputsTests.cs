using System.Net;
using Earshot.Lifecycle;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Machine;

/// <summary>Facts of what is over change nothing, and an input that no rule handles does not pass in silence.</summary>
public sealed class StaleAndUnknownInputsTests
{
    private static readonly Stamp s_stamp = new(TimeSpan.FromSeconds(1), new DateTimeOffset(2030, 1, 1, 0, 0, 1, TimeSpan.Zero), 1);

    private sealed record UnknownInput : MachineInput;

    [Fact]
    public void A_fact_of_an_ended_session_or_attempt_or_question_changes_nothing()
    {
        MachineState state = new MachineRig(servers: 2).Opened().Lose().State;
        MachineInput[] stale =
        [
            new HandoverReady(state.SessionId),
            new InfoReceived(state.SessionId, new NatsServerInfo()),
            new AttemptProgressed(77, NatsConnectPhase.Info),
            new AttemptFailed(77, NatsConnectPhase.Tcp, new IOException("late"), null),
            new AddressesResolved(77, [IPAddress.Loopback], new IPEndPoint(IPAddress.Loopback, 1)),
            new DelayReturned(77, TimeSpan.Zero),
        ];

        Assert.All(stale, input =>
        {
            Transition transition = ConnectionMachine.Step(state, input, s_stamp);
            Assert.Same(state, transition.State);
            Assert.Empty(transition.Effects);
        });
    }

    [Fact]
    public void An_attempt_that_succeeds_too_late_is_released()
    {
        MachineState state = new MachineRig().Opened().State;

        Transition transition = ConnectionMachine.Step(state, new AttemptEstablished(77, new NatsServerInfo(), null, new NatsConnectTimings()), s_stamp);

        Assert.Equal(77, Assert.IsType<DropAttempt>(Assert.Single(transition.Effects)).AttemptId);
    }

    [Fact]
    public void An_input_without_a_rule_throws_in_debug_builds_and_is_reported_in_release_builds()
    {
        MachineState state = new MachineRig().Opened().State;

        Assert.Throws<System.Diagnostics.UnreachableException>(() => ConnectionMachine.Step(state, new UnknownInput(), s_stamp, throws: true));
        Transition reported = ConnectionMachine.Step(state, new UnknownInput(), s_stamp, throws: false);
        NatsInternalFaultEvent fault = Assert.IsType<NatsInternalFaultEvent>(Assert.IsType<Emit>(Assert.Single(reported.Effects)).Event);
        Assert.Contains(nameof(UnknownInput), fault.Exception.Message, StringComparison.Ordinal);
        Assert.True(fault.Restarted);
        Assert.Same(state, reported.State);
    }

    [Fact]
    public void A_timer_without_a_rule_is_an_unhandled_input_too() =>
        Assert.Throws<System.Diagnostics.UnreachableException>(
            () => ConnectionMachine.Step(new MachineRig().State, new TimerFired((MachineTimer)77), s_stamp, throws: true));

    [Fact]
    public void Nothing_is_reported_after_the_end_of_the_connection()
    {
        MachineState state = new MachineRig().Step(new CloseRequested(NatsCloseReason.UserClosed)).State;

        Assert.Empty(ConnectionMachine.Step(state, new UnknownInput(), s_stamp, throws: false).Effects);
    }

    [Theory]
    [InlineData(1, 0xE220A8397B1DCDAFUL)]
    [InlineData(2, 0x6E789E6AA1B965F4UL)]
    [InlineData(3, 0x06C45D188009454FUL)]
    public void The_random_numbers_of_a_step_are_those_of_SplitMix64(int seed, ulong expected)
    {
        var stamp = new Stamp(default, default, seed);
        Assert.Equal((expected >> 11) / 9007199254740992.0, stamp.Chance());
        Assert.Equal(new Random(unchecked((int)expected)).Next(), stamp.Random().Next());
    }
}
