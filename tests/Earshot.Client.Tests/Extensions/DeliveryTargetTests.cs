using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Client.Tests.Outbound;
using Earshot.Subscriptions;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Extensions;

/// <summary>A target of an extension, on the read loop.</summary>
public sealed class DeliveryTargetTests
{
    [Fact]
    public void A_target_sees_each_operation_and_is_woken_once_per_batch()
    {
        var rig = new PartsRig();
        var batch = new InboundBatch();
        var target = new CollectingTarget("a.*");
        Assert.True(rig.Table.TryAdd(target));
        for (int round = 1; round <= 2; round++)
        {
            PartsRig.Deliver(target, batch, "a.1", "x");
            PartsRig.Deliver(target, batch, "a.2", "y");
            Assert.Equal(round - 1, target.Wakes);
            batch.WakeAll();
            Assert.Equal(round, target.Wakes);
        }

        Assert.Equal(["a.1:x", "a.2:y", "a.1:x", "a.2:y"], target.Received);
    }

    [Fact]
    public void A_target_that_has_no_use_for_an_operation_is_not_woken()
    {
        var rig = new PartsRig();
        var batch = new InboundBatch();
        var target = new CollectingTarget("a");
        rig.Table.TryAdd(target);
        PartsRig.Deliver(target, batch, "a", "ignored");
        batch.WakeAll();

        Assert.Equal(0, target.Wakes);
    }

    [Fact]
    public async Task A_target_drops_nothing_whatever_the_limits_of_subscriptions()
    {
        await using var rig = new ConnectionRig(o => o with { SubPendingChannelCapacity = 1 });
        ScriptedPeer peer = await rig.OpenAsync();
        var target = new CollectingTarget("a");
        Assert.True(rig.Connection.Port.TryAdd(target));
        await peer.ExpectAsync("SUB a 1", rig.Token);
        await peer.SendAsync(string.Concat(Enumerable.Range(0, 5000).Select(i => $"MSG a 1 4\r\n{i:D4}\r\n")));
        Task<TimeSpan> flushed = rig.Connection.PingAsync(rig.Token).AsTask();
        await peer.ExpectAsync("PING", rig.Token);
        await peer.SendAsync("PONG");
        await flushed;

        Assert.Equal(Enumerable.Range(0, 5000).Select(i => $"a:{i:D4}"), target.Received);
        Assert.InRange(target.Wakes, 1, 4999);
        Assert.DoesNotContain(rig.Connection.Events.ToList(), e => e is NatsSlowConsumerEvent or NatsMessageDroppedEvent);
    }

    [Fact]
    public async Task A_target_is_subscribed_again_with_the_next_session_and_ends_with_the_connection()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer first = await rig.OpenAsync();
        var target = new CollectingTarget("a");
        rig.Connection.Port.TryAdd(target);
        await first.ExpectAsync("SUB a 1", rig.Token);
        first.Close();
        ScriptedPeer second = await rig.AcceptAsync();
        await second.ExpectAsync("SUB a 1", rig.Token);
        await second.ExpectAsync("PING", rig.Token);
        await rig.PassUntilAsync(rig.Connection.CloseAsync().AsTask());

        Assert.Equal(NatsSubEndReason.ConnectionClosed, target.Ended?.Reason);
        Assert.False(rig.Connection.Port.TryAdd(new CollectingTarget("b")));
    }
}
