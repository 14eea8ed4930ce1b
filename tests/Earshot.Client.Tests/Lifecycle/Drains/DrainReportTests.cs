using Earshot.Client.Tests.Sessions;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Connection;

/// <summary>However a drain ends, its last event reports the remainder; so does a close without drain that leaves something.</summary>
public sealed class DrainReportTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_dispose_reports_what_was_not_read_whether_or_not_it_cuts_a_drain_short(bool drains)
    {
        var rig = new ConnectionRig();
        (ScriptedPeer peer, INatsSub<string> sub) = await WithMessagesAsync(rig, 5);
        if (drains)
        {
            _ = rig.Connection.DrainAsync(rig.Token).AsTask();
            await peer.ExpectAsync("UNSUB", rig.Token);
            await peer.ExpectAsync("PING", rig.Token);
            await peer.SendAsync("PONG");
            await Conditions.UntilAsync(() => sub.EndReason == NatsSubEndReason.Drained); // and so not among the live subscriptions
        }

        await rig.DisposeAsync();

        NatsDrainCompletedEvent completed = Assert.Single(rig.Connection.Events.ToList().OfType<NatsDrainCompletedEvent>());
        Assert.Equal((NatsDrainScope.Connection, NatsDrainOutcome.Interrupted, 5, 0), (completed.Scope, completed.Outcome, completed.Unread, completed.Unflushed));
        Assert.Equal(NatsEventSeverity.Warning, completed.Severity);
        Assert.True(completed.Sequence < (await rig.WhenAsync<NatsDisconnectedEvent>()).Sequence);
    }

    [Fact]
    public async Task A_drain_of_a_subscription_that_a_dispose_interrupts_is_reported_before_Closed()
    {
        var rig = new ConnectionRig();
        (ScriptedPeer _, INatsSub<string> sub) = await WithMessagesAsync(rig, 5);
        Task draining = sub.DrainAsync(rig.Token).AsTask();
        await rig.WhenAsync<NatsDrainStartedEvent>();

        await rig.DisposeAsync();

        NatsDrainCompletedEvent[] completed = [.. rig.Connection.Events.ToList().OfType<NatsDrainCompletedEvent>()];
        Assert.Equal([(NatsDrainScope.Connection, 5L), (NatsDrainScope.Subscription, 5L)], completed.Select(e => (e.Scope, e.Unread)));
        Assert.All(completed, e => Assert.Equal(NatsDrainOutcome.Interrupted, e.Outcome));
        Assert.False(draining.IsFaulted);
    }

    [Fact]
    public async Task A_close_without_a_remainder_reports_no_drain()
    {
        var rig = new ConnectionRig();
        await rig.OpenAsync();
        await rig.DisposeAsync();
        Assert.Empty(rig.Connection.Events.ToList().OfType<NatsDrainCompletedEvent>());
    }

    [Fact]
    public async Task A_drain_whose_PONG_never_arrives_is_not_clean()
    {
        await using var rig = new ConnectionRig(opts => opts with { DrainTimeout = TimeSpan.FromSeconds(2) });
        (ScriptedPeer _, INatsSub<string> sub) = await WithMessagesAsync(rig, 1);
        await sub.Msgs.ReadAsync(rig.Token);

        await rig.PassUntilAsync(rig.Connection.DrainAsync(rig.Token).AsTask());

        NatsDrainCompletedEvent completed = await rig.WhenAsync<NatsDrainCompletedEvent>();
        Assert.Equal((NatsDrainOutcome.TimedOut, 0), (completed.Outcome, completed.Unread));
        Assert.Equal(NatsCloseReason.DrainTimedOut, (await rig.WhenAsync<NatsClosedEvent>()).Reason);
    }

    [Fact]
    public async Task A_publish_that_no_PONG_has_confirmed_is_counted_at_the_close()
    {
        var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        await rig.Connection.PublishAsync("a", "x", cancellationToken: rig.Token);
        await peer.ExpectAsync("PUB a", rig.Token);

        await rig.DisposeAsync();

        Assert.Equal((0, 1), await LeftAsync(rig));
    }

    [Fact]
    public async Task A_publish_that_a_PONG_has_confirmed_is_not_counted()
    {
        var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        await rig.Connection.PublishAsync("a", "x", cancellationToken: rig.Token);
        await peer.ExpectAsync("PUB a", rig.Token);
        Task flushed = rig.Connection.FlushAsync(rig.Token).AsTask();
        await peer.ExpectAsync("PING", rig.Token);
        await peer.SendAsync("PONG");
        await flushed;

        await rig.DisposeAsync();

        Assert.Empty(rig.Connection.Events.ToList().OfType<NatsDrainCompletedEvent>());
    }

    [Fact]
    public async Task DrainingPublishers_has_the_bytes_that_are_still_to_be_written()
    {
        await using var rig = new ConnectionRig();
        rig.Server().TransportOptions = new MemoryTransportOptions { Capacity = 100 };
        (ScriptedPeer peer, INatsSub<string> sub) = await WithMessagesAsync(rig, 1);
        Task draining = rig.Connection.DrainAsync(rig.Token).AsTask();
        await peer.ExpectAsync("UNSUB", rig.Token);
        await peer.ExpectAsync("PING", rig.Token);
        await peer.SendAsync("PONG");
        await sub.Msgs.ReadAsync(rig.Token);
        for (int i = 0; i < 10; i++)
        {
            await rig.Connection.PublishAsync("a", new string('x', 1000), cancellationToken: rig.Token);
        }

        await rig.PassUntilAsync(rig.WhenAsync<NatsDrainingPublishersEvent>());
        NatsDrainingPublishersEvent publishers = await rig.WhenAsync<NatsDrainingPublishersEvent>();
        Assert.Equal(publishers.Snapshot.PendingBytes, publishers.PendingBytes);
        Assert.InRange(publishers.PendingBytes, 9000, 11000);
        await peer.ServeAsync(rig.Token);
        await draining;
    }

    private static async Task<(long Unread, long Unflushed)> LeftAsync(ConnectionRig rig)
    {
        NatsDrainCompletedEvent completed = await rig.WhenAsync<NatsDrainCompletedEvent>();
        return (completed.Unread, completed.Unflushed);
    }

    private static async Task<(ScriptedPeer Peer, INatsSub<string> Sub)> WithMessagesAsync(ConnectionRig rig, int messages)
    {
        ScriptedPeer peer = await rig.OpenAsync();
        INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("jobs", cancellationToken: rig.Token);
        string sid = (await peer.ExpectAsync("SUB jobs", rig.Token)).Line.Split(' ')[^1];
        for (int i = 0; i < messages; i++)
        {
            await peer.SendAsync($"MSG jobs {sid} 1\r\nx");
        }

        await Conditions.UntilAsync(() => sub.Stats.PendingMessages == messages);
        return (peer, sub);
    }
}
