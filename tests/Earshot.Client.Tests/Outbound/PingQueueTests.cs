using Earshot.Outbound;
using Xunit;

namespace Earshot.Client.Tests.Outbound;

public sealed class PingQueueTests
{
    private readonly PartsRig _rig = new();
    private readonly ManualFlusher _flusher = new();

    [Fact]
    public async Task Pongs_answer_in_the_order_of_the_pings()
    {
        _rig.Attach(_flusher);
        PingWaiter first = _rig.Pings.Send(inline: false)!;
        _rig.Time.Advance(TimeSpan.FromMilliseconds(3));
        PingWaiter second = _rig.Pings.Send(inline: false)!;
        _rig.Time.Advance(TimeSpan.FromMilliseconds(4));
        Assert.Equal("PING\r\nPING\r\n", _rig.Drain(_flusher));

        Assert.Equal(TimeSpan.FromMilliseconds(7), _rig.Pings.PongArrived());
        Assert.False(second.Task.IsCompleted);
        Assert.Equal(TimeSpan.FromMilliseconds(4), _rig.Pings.PongArrived());
        Assert.Equal(TimeSpan.FromMilliseconds(7), await first.Task.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
        Assert.Equal(TimeSpan.FromMilliseconds(4), await second.Task.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
        Assert.False(_rig.Pings.IsAwaited);
    }

    [Fact]
    public void A_probe_of_the_keep_alive_is_answered_in_order_and_does_not_count_as_awaited()
    {
        _rig.Attach(_flusher);
        Assert.NotNull(_rig.Pings.Send(inline: false, isProbe: true));
        Assert.False(_rig.Pings.IsAwaited);
        PingWaiter other = _rig.Pings.Send(inline: false)!;
        _rig.Pings.PongArrived();
        Assert.Equal((false, true), (other.Task.IsCompleted, _rig.Pings.IsAwaited));
        _rig.Pings.PongArrived();
        Assert.Equal((true, false), (other.Task.IsCompleted, _rig.Pings.IsAwaited));
    }

    [Fact]
    public void P09_unsolicited_pongs_complete_no_later_ping()
    {
        _rig.Attach(_flusher);
        for (int i = 0; i < 1000; i++)
        {
            Assert.Null(_rig.Pings.PongArrived());
        }

        Assert.False(_rig.Pings.Send(inline: false)!.Task.IsCompleted);
        Assert.True(_rig.Pings.IsAwaited);
    }

    [Fact]
    public void What_a_pong_confirms_is_counted_although_the_write_has_not_completed()
    {
        _rig.Attach(_flusher);
        _rig.Publish("a", "1");
        _rig.Pings.Send(inline: false);
        _rig.Publish("a", "2");
        Assert.True(_rig.Outbound.TryTakeSlice(_flusher, out ReadOnlyMemory<byte> writing));
        Assert.Equal((0L, 0L), (_rig.Outbound.SentMessages, _rig.Outbound.SentBytes));

        _rig.Pings.PongArrived();
        int confirmed = "PUB a 1\r\n1\r\nPING\r\n".Length;
        Assert.Equal((1L, (long)confirmed), (_rig.Outbound.SentMessages, _rig.Outbound.SentBytes));
        Assert.Equal((1L, (long)(writing.Length - confirmed)), (_rig.Outbound.PendingMessages, _rig.Outbound.PendingBytes));

        _rig.Outbound.Batch.SliceSent();
        Assert.Equal((2L, (long)writing.Length), (_rig.Outbound.SentMessages, _rig.Outbound.SentBytes));
        Assert.Equal((0L, 0L), (_rig.Outbound.PendingMessages, _rig.Outbound.PendingBytes));
    }

    [Fact]
    public void What_a_pong_has_confirmed_is_not_uncertain_when_its_write_fails()
    {
        _rig.Attach(_flusher);
        _rig.Publish("a", "1");
        _rig.Pings.Send(inline: false);
        _rig.Publish("a", "2");
        Assert.True(_rig.Outbound.TryTakeSlice(_flusher, out _));
        _rig.Pings.PongArrived();

        UnsentSummary cut = _rig.RecoverUnsent();
        Assert.Equal((0L, 1L), (cut.PendingMessages, cut.UnknownMessages));
        Assert.Equal((1L, (long)"PUB a 1\r\n1\r\nPING\r\n".Length), (_rig.Outbound.SentMessages, _rig.Outbound.SentBytes));
    }

    [Fact]
    public void The_pong_of_a_replay_does_not_confirm_what_was_kept_behind_it()
    {
        _rig.Publish("a", "1");
        using (_rig.Outbound.Gate.EnterScope())
        {
            _rig.Pings.EnqueueInFrontLocked();
            _rig.Outbound.AttachLocked(_flusher, "PING\r\n"u8);
        }

        Assert.True(_rig.Outbound.TryTakeSlice(_flusher, out _));
        _rig.Pings.PongArrived();
        Assert.Equal((0L, 1L), (_rig.Outbound.SentMessages, _rig.Outbound.PendingMessages));
    }

    [Fact]
    public void Without_a_session_there_is_nothing_to_ping()
    {
        Assert.Null(_rig.Pings.Send(inline: true));
        _rig.Attach(_flusher);
        _rig.Seal();
        Assert.Null(_rig.Pings.Send(inline: true));
    }

    [Fact]
    public async Task The_end_of_the_session_fails_every_waiter()
    {
        _rig.Attach(_flusher);
        PingWaiter[] waiters = [_rig.Pings.Send(inline: false)!, _rig.Pings.Send(inline: false)!];
        _rig.Pings.FailAll(() => new IOException("gone"));

        foreach (PingWaiter waiter in waiters)
        {
            await Assert.ThrowsAsync<IOException>(() => waiter.Task.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
        }

        Assert.Null(_rig.Pings.PongArrived());
        Assert.Null(_rig.Pings.OldestSentAt);
    }
}
