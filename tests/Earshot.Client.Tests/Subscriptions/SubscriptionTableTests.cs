using System.Buffers;
using System.Text;
using Earshot.Client.Tests.Outbound;
using Earshot.Subscriptions;
using Xunit;

namespace Earshot.Client.Tests.Subscriptions;

public sealed class SubscriptionTableTests
{
    private readonly PartsRig _rig = new();
    private readonly ManualFlusher _flusher = new();

    [Fact]
    public void A_slot_is_reused_under_a_new_sid_and_late_messages_find_no_target()
    {
        Subscription first = _rig.Subscribe("a");
        long old = first.SidNumber;
        first.End(NatsSubEndReason.Unsubscribed, null);
        Subscription second = _rig.Subscribe("b");
        for (int i = 0; (second.SidNumber & 0xFFFFFF) != old && i < 10_000; i++)
        {
            second.End(NatsSubEndReason.Unsubscribed, null);
            second = _rig.Subscribe("b");
        }

        Assert.Equal(old, second.SidNumber & 0xFFFFFF);
        Assert.NotEqual(old, second.SidNumber);
        Assert.Null(_rig.Table.Find(old));
        Assert.Same(second, _rig.Table.Find(second.SidNumber));
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(-1L)]
    [InlineData(99L)]
    [InlineData(long.MaxValue)]
    public void P24_P25_sids_that_were_never_issued_find_no_target(long sid)
    {
        _rig.Subscribe("a");
        Assert.Null(_rig.Table.Find(sid));
    }

    [Fact]
    public void Subscription_changes_are_written_in_order()
    {
        _rig.Attach(_flusher);
        var queued = new Subscription("b.*", "q", _rig.Table, new SubscriptionLimits(1, 1, NatsSlowConsumerPolicy.DropNewest), 7);
        Subscription plain = _rig.Subscribe("a");
        Assert.True(_rig.Table.TryAdd(queued));
        plain.End(NatsSubEndReason.Unsubscribed, null);
        queued.End(NatsSubEndReason.Drained, null);

        Assert.Equal("SUB a 1\r\nSUB b.* q 2\r\nUNSUB 2 7\r\nUNSUB 1\r\n", _rig.Drain(_flusher));
    }

    [Fact]
    public void A_cut_drops_subscriptions_from_the_buffer_because_the_replay_holds_them()
    {
        _rig.Attach(_flusher);
        _rig.Subscribe("a");
        _rig.Publish("p");
        _rig.RecoverUnsent();
        var replay = new ArrayBufferWriter<byte>();
        using (_rig.Outbound.Gate.EnterScope())
        {
            Assert.Equal(1, _rig.Table.WriteReplayLocked(replay));
        }

        _rig.Attach(_flusher, Encoding.UTF8.GetString(replay.WrittenSpan));

        Assert.Equal("SUB a 1\r\nPUB p 0\r\n\r\n", _rig.Drain(_flusher));
    }

    [Fact]
    public void Closing_ends_everything_and_lets_nothing_in_until_it_is_reopened()
    {
        Subscription[] all = [.. Enumerable.Range(0, 100).Select(_ => _rig.Subscribe("a"))];
        _rig.Table.Close(new IOException("over"));

        Assert.All(all, subscription => Assert.Equal((NatsSubEndReason.ConnectionClosed, "over"), (subscription.EndReason, subscription.Exception?.Message)));
        Assert.Equal(0, _rig.Table.Count);
        Assert.False(_rig.Table.TryAdd(new Subscription("b", null, _rig.Table, new SubscriptionLimits(1, 1, NatsSlowConsumerPolicy.DropNewest), 0)));
        _rig.Table.Reopen();
        Assert.NotNull(_rig.Subscribe("b"));
    }

    [Fact]
    public async Task Finding_during_concurrent_changes_gives_the_right_one_or_none()
    {
        Subscription stays = _rig.Subscribe("stays");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(PartsRig.Token);
        var finding = Task.Run(
            () =>
            {
                for (long sid = 1; !stop.IsCancellationRequested; sid = (sid + 1) % 5000)
                {
                    if (!ReferenceEquals(stays, _rig.Table.Find(stays.SidNumber)) || (_rig.Table.Find(sid) is { } found && found.SidNumber != sid))
                    {
                        throw new InvalidOperationException($"Found another one at {sid}.");
                    }
                }
            },
            PartsRig.Token);
        for (int round = 0; round < 20; round++)
        {
            Subscription[] some = [.. Enumerable.Range(0, 200).Select(_ => _rig.Subscribe("a"))];
            foreach (Subscription subscription in some)
            {
                subscription.End(NatsSubEndReason.Unsubscribed, null);
            }
        }

        await stop.CancelAsync();
        await finding.WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
        Assert.Equal(1, _rig.Table.Count);
    }
}
