using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Familiar;

/// <summary>The drain of one subscription completes when the server has confirmed it; what had arrived is read in the reader's own time.</summary>
public sealed class SubscriptionDrainTests
{
    [Fact]
    public async Task Drain_of_a_subscription_returns_at_the_PONG_and_reading_goes_on_to_the_end()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("a", cancellationToken: rig.Token);
        await peer.ExpectAsync("SUB a 1", rig.Token);
        await peer.SendMessageAsync("a", 1, "one");
        Task draining = sub.DrainAsync(rig.Token).AsTask();
        await peer.ExpectAsync("UNSUB 1", rig.Token);
        await peer.ExpectAsync("PING", rig.Token);
        await peer.SendMessageAsync("a", 1, "two");
        Assert.False(draining.IsCompleted);
        await peer.SendAsync("PONG");
        await draining.WaitAsync(rig.Token);

        Assert.Equal(NatsSubEndReason.Drained, sub.EndReason);
        Assert.DoesNotContain(rig.Connection.Events.ToList(), e => e is NatsDrainCompletedEvent);
        var read = new List<string?>();
        await foreach (NatsMsg<string> message in sub.Msgs.ReadAllAsync(rig.Token))
        {
            read.Add(message.Data);
        }

        Assert.Equal(["one", "two"], read);
        NatsDrainCompletedEvent completed = await rig.WhenAsync<NatsDrainCompletedEvent>();
        Assert.Equal((NatsDrainScope.Subscription, NatsDrainOutcome.Clean, 0L), (completed.Scope, completed.Outcome, completed.Unread));
    }

    [Fact]
    public async Task Drain_whose_messages_nobody_reads_is_reported_when_its_time_is_up()
    {
        await using var rig = new ConnectionRig(o => o with { DrainTimeout = TimeSpan.FromSeconds(3) });
        ScriptedPeer peer = await rig.OpenAsync();
        INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("a", cancellationToken: rig.Token);
        await peer.ExpectAsync("SUB a 1", rig.Token);
        await peer.SendMessageAsync("a", 1, "one");
        Task draining = sub.DrainAsync(rig.Token).AsTask();
        await peer.ExpectAsync("UNSUB 1", rig.Token);
        await peer.ExpectAsync("PING", rig.Token);
        await peer.SendAsync("PONG");
        await draining.WaitAsync(rig.Token);
        peer.AnswersPings = true;
        Task serving = peer.ServeAsync(rig.Token);

        Task<NatsDrainCompletedEvent> completed = rig.WhenAsync<NatsDrainCompletedEvent>();
        await rig.PassUntilAsync(completed);
        Assert.Equal((NatsDrainOutcome.TimedOut, 1L), ((await completed).Outcome, (await completed).Unread));
        Assert.Equal("one", (await sub.Msgs.ReadAsync(rig.Token)).Data);
        Assert.False(serving.IsFaulted);
    }

    [Fact]
    public async Task Drain_that_is_not_waited_for_any_more_goes_on()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("a", cancellationToken: rig.Token);
        await peer.ExpectAsync("SUB a 1", rig.Token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(rig.Token);
        Task draining = sub.DrainAsync(stop.Token).AsTask();
        await peer.ExpectAsync("UNSUB 1", rig.Token);
        await peer.ExpectAsync("PING", rig.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => draining);
        await peer.SendAsync("PONG");

        Assert.Equal(NatsDrainOutcome.Clean, (await rig.WhenAsync<NatsDrainCompletedEvent>()).Outcome);
        Assert.False(await sub.Msgs.WaitToReadAsync(rig.Token));
    }

    [Fact]
    public async Task Disposal_with_a_drain_waits_no_longer_than_ConsumerDrainOnDisposeTimeout()
    {
        await using var rig = new ConnectionRig(o => o with { DrainSubscriptionsOnDispose = true, ConsumerDrainOnDisposeTimeout = TimeSpan.FromSeconds(2), DrainTimeout = TimeSpan.FromMinutes(5) });
        ScriptedPeer peer = await rig.OpenAsync();
        INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("a", cancellationToken: rig.Token);
        await peer.ExpectAsync("SUB a 1", rig.Token);
        await peer.SendMessageAsync("a", 1, "unread");
        peer.AnswersPings = true;
        Task serving = peer.ServeAsync(rig.Token);
        DateTimeOffset begun = rig.Time.GetUtcNow();
        await rig.PassAsync(rig.Connection.DisposeAsync().AsTask(), TimeSpan.FromMinutes(1));

        Assert.Equal(NatsDrainOutcome.TimedOut, rig.Connection.Events.ToList().OfType<NatsDrainCompletedEvent>().Single(e => e.Scope == NatsDrainScope.Connection).Outcome);
        Assert.InRange(rig.Time.GetUtcNow() - begun, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1));
        Assert.False(serving.IsFaulted);
        GC.KeepAlive(sub);
    }
}
