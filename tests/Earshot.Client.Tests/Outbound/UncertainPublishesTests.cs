using Earshot.Outbound;
using Xunit;

namespace Earshot.Client.Tests.Outbound;

/// <summary>Publishes that no PONG had covered when their session ended.</summary>
public sealed class UncertainPublishesTests
{
    private readonly PartsRig _rig = new();
    private readonly ManualFlusher _flusher = new();
    private readonly UncertainPublishes _ledger = new();

    [Fact]
    public void What_was_written_and_not_covered_by_a_pong_is_uncertain()
    {
        _rig.Attach(_flusher);
        _rig.Publish("a", "1");
        _rig.Pings.Send(inline: false);
        _rig.Publish("b", "2");
        _rig.Publish("c", "3");
        _rig.Drain(_flusher);
        _rig.Pings.PongArrived();
        _rig.Publish("kept", "4");
        UnsentSummary cut = _rig.RecoverUnsent();

        Assert.Equal((1, 2, 2 * "PUB b 1\r\n2\r\n".Length), (cut.PendingMessages, cut.UncertainMessages, cut.UncertainBytes));
        Assert.Equal((2, 24), (_rig.Outbound.Uncertain.Messages, _rig.Outbound.Uncertain.Bytes));
    }

    [Fact]
    public void Nothing_is_uncertain_twice()
    {
        _rig.Attach(_flusher);
        _rig.Publish("a");
        _rig.Drain(_flusher);
        Assert.Equal(1, _rig.RecoverUnsent().UncertainMessages);
        _rig.Attach(_flusher);
        _rig.Publish("b");
        _rig.Pings.Send(inline: false);
        _rig.Drain(_flusher);
        Assert.Equal(1, _rig.RecoverUnsent().UncertainMessages);
        _rig.Attach(_flusher);
        _rig.Drain(_flusher);

        Assert.Equal((0, 0), (_rig.RecoverUnsent().UncertainMessages, _rig.RecoverUnsent().UncertainBytes));
    }

    [Fact]
    public void The_write_that_failed_is_uncertain_and_what_waited_behind_it_is_not()
    {
        _rig.Attach(_flusher);
        _rig.Publish("a", new byte[100]);
        Assert.True(_rig.Outbound.TryTakeSlice(_flusher, out ReadOnlyMemory<byte> slice));
        _rig.Publish("b");
        UnsentSummary cut = _rig.RecoverUnsent();

        Assert.Equal((1, 1, 1, slice.Length), (cut.PendingMessages, cut.UnknownMessages, cut.UncertainMessages, cut.UncertainBytes));
    }

    [Fact]
    public void Frames_of_the_protocol_alone_are_no_gap()
    {
        _rig.Attach(_flusher);
        _rig.Subscribe("orders");
        _rig.Pings.Send(inline: false);
        _rig.Drain(_flusher);
        UnsentSummary cut = _rig.RecoverUnsent();

        Assert.Equal((0, 0, null), (cut.UncertainMessages, cut.UncertainBytes, _rig.Outbound.UncertainSoFar));
    }

    [Fact]
    public void A_planned_move_whose_last_ping_is_answered_is_no_gap()
    {
        _rig.Attach(_flusher);
        _rig.Publish("a");
        IFlusher? start;
        using (_rig.Outbound.Gate.EnterScope())
        {
            _rig.Pings.EnqueueLocked();
            start = _rig.Pings.WriteLocked();
            start = _rig.Outbound.SealLocked() ?? start;
        }

        _rig.Publish("during");
        _rig.Drain(_flusher);
        _rig.Pings.PongArrived();
        UnsentSummary cut = _rig.RecoverUnsent();

        Assert.Equal((1, 0), (cut.PendingMessages, cut.UncertainMessages));
    }

    [Fact]
    public void What_was_kept_and_then_dropped_as_too_large_is_not_uncertain_as_well()
    {
        _rig.Publish("ok", "1");
        _rig.Publish("large", "123456");
        using (_rig.Outbound.Gate.EnterScope())
        {
            _rig.Outbound.DropTooLargeLocked(5);
        }

        _rig.Attach(_flusher);
        _rig.Drain(_flusher);

        Assert.Equal(1, _rig.RecoverUnsent().UncertainMessages);
    }

    [Fact]
    public void A_gap_fails_every_flush_in_flight_and_none_that_begins_later()
    {
        (long, long) first = _ledger.BeginFlush();
        (long, long) second = _ledger.BeginFlush();
        _ledger.AddGap(100, 5000, 100);
        (long, long) later = _ledger.BeginFlush();

        Assert.Equal((100, 100, 0), (_ledger.EndFlush(first, false), _ledger.EndFlush(second, false), _ledger.EndFlush(later, false)));
        Assert.Equal((100, 5000), (_ledger.Messages, _ledger.Bytes));
    }

    [Fact]
    public void A_gap_without_a_flush_fails_all_that_begin_before_the_first_of_them_has_failed()
    {
        _ledger.AddGap(60, 600, 60);
        (long, long) first = _ledger.BeginFlush();
        (long, long) second = _ledger.BeginFlush();
        Assert.Equal(60, _ledger.EndFlush(first, false));
        (long, long) third = _ledger.BeginFlush();

        Assert.Equal((60, 0), (_ledger.EndFlush(second, false), _ledger.EndFlush(third, false)));
    }

    [Fact]
    public void Gaps_add_up_until_a_flush_has_failed_for_them()
    {
        _ledger.AddGap(60, 600, 60);
        _ledger.AddGap(40, 400, 120);
        Assert.Equal(100, _ledger.EndFlush(_ledger.BeginFlush(), false));
        Assert.Equal(0, _ledger.EndFlush(_ledger.BeginFlush(), false));
    }

    [Fact]
    public void A_flush_that_is_cancelled_leaves_its_gap_also_to_those_that_began_behind_the_gap()
    {
        (long, long) cancelled = _ledger.BeginFlush();
        _ledger.AddGap(10, 100, 10);
        (long, long) inFlight = _ledger.BeginFlush();
        Assert.Equal(0, _ledger.EndFlush(cancelled, isCancelled: true));
        (long, long) next = _ledger.BeginFlush();

        Assert.Equal((10, 10), (_ledger.EndFlush(next, false), _ledger.EndFlush(inFlight, false)));
        Assert.Equal(0, _ledger.EndFlush(_ledger.BeginFlush(), false));
    }

    [Fact]
    public void A_flush_that_is_cancelled_leaves_its_gap_to_the_next_one_and_to_no_second()
    {
        (long, long) cancelled = _ledger.BeginFlush();
        _ledger.AddGap(10, 100, 10);
        Assert.Equal(0, _ledger.EndFlush(cancelled, isCancelled: true));
        Assert.Equal(10, _ledger.EndFlush(_ledger.BeginFlush(), false));
        (long, long) late = _ledger.BeginFlush();
        (long, long) other = _ledger.BeginFlush();
        _ledger.AddGap(5, 50, 20);
        Assert.Equal((5, 0), (_ledger.EndFlush(other, false), _ledger.EndFlush(late, isCancelled: true)));
        Assert.Equal(0, _ledger.EndFlush(_ledger.BeginFlush(), false));
    }

    [Fact]
    public void A_mark_sees_exactly_the_gaps_behind_it()
    {
        _rig.Attach(_flusher);
        NatsPublishMark start = _rig.Outbound.PublishMark;
        _rig.Publish("a");
        NatsPublishMark between = _rig.Outbound.PublishMark;
        _rig.Publish("b");
        NatsPublishMark end = _rig.Outbound.PublishMark;
        _rig.Drain(_flusher);
        _rig.RecoverUnsent();

        UncertainPublishes ledger = _rig.Outbound.Uncertain;
        Assert.Equal((2, 1, 0), (ledger.Behind(start), ledger.Behind(between), ledger.Behind(end)));
        Assert.Equal(2, ledger.Behind(default));
        Assert.Equal(2, ledger.EndFlush(ledger.BeginFlush(), false)); // asking with a mark takes nothing away
    }
}
