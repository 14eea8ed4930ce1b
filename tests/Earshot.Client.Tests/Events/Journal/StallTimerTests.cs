using Earshot.Client.Tests.Timing;
using Earshot.Events;
using Xunit;

namespace Earshot.Client.Tests.Events;

/// <summary>The timer for handlers that run for too long: after the end of a run no handler leaves it behind.</summary>
public sealed class StallTimerTests
{
    private readonly CountingTime _time = new();
    private readonly Journal _journal;

    public StallTimerTests() => _journal = new Journal(JournalRig.Options(1024), _time, new JournalRig());

    [Fact]
    public void A_handler_that_ends_during_a_run_leaves_the_timer_armed_until_the_end_of_the_run()
    {
        var run = new HandlerInvocation(new Handler());
        _journal.Stalls.Started(run);
        _journal.Stalls.Ended(run);
        Assert.Equal(1, _time.Timers);
        End();

        Assert.Equal(0, _time.Timers);
    }

    [Fact]
    public void A_handler_that_is_the_first_one_and_begins_after_the_end_leaves_no_timer()
    {
        End();
        var run = new HandlerInvocation(new Handler());
        _journal.Stalls.Started(run); // of Closed
        Assert.Equal(1, _time.Timers);
        _journal.Stalls.Ended(run);

        Assert.Equal(0, _time.Timers);
    }

    [Fact]
    public void The_next_run_keeps_the_timer_again()
    {
        End();
        _journal.BeginRun();
        var run = new HandlerInvocation(new Handler());
        _journal.Stalls.Started(run);
        _journal.Stalls.Ended(run);

        Assert.Equal(1, _time.Timers);
    }

    private void End() => _journal.Append(new NatsClosedEvent { Reason = NatsCloseReason.UserClosed }, new JournalMove(NatsConnectionState.Closed, 0, 0, 0));

    private sealed class Handler : IEventHandler
    {
        public string Name => "handler";

        public int Backlog => 0;
    }
}
