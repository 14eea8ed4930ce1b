using Earshot.Client.Tests.Sessions;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Connection;

/// <summary>A server with a limit of subscriptions, whose error does not identify the rejected one.</summary>
public sealed class SubscriptionLimitTests
{
    [Fact]
    public async Task Rejected_subscriptions_end_with_the_error_and_are_named_and_the_others_stay_open()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        Task served = ServeAsync(peer, most: 3, rig.Token);
        var subs = new INatsSub<string>[5];
        for (int i = 0; i < subs.Length; i++)
        {
            subs[i] = await rig.Connection.SubscribeCoreAsync<string>($"orders.{i}", cancellationToken: rig.Token);
        }

        foreach (INatsSub<string> refused in subs[3..])
        {
            NatsServerException error = await Assert.ThrowsAsync<NatsServerException>(() => refused.Msgs.WaitToReadAsync(rig.Token).AsTask());
            Assert.Equal(NatsServerErrorCode.MaximumSubscriptionsExceeded, error.ServerError.Code);
        }

        Assert.All(subs[..3], sub => Assert.Equal(NatsSubEndReason.None, sub.EndReason));
        NatsExceptionOccurredEvent[] reported = [.. rig.Connection.Events.ToList().OfType<NatsExceptionOccurredEvent>()];
        Assert.Equal(["orders.3", "orders.4"], reported.Select(e => e.Subscription!.Subject).Order());
        Assert.All(reported, e => Assert.Equal(NatsExceptionOrigin.Server, e.Origin));
        Assert.DoesNotContain(rig.Connection.Events.ToList(), e => e is NatsResubscribeFailedEvent);
        await rig.PassUntilAsync(rig.Connection.CloseAsync().AsTask());
        await served;
    }

    [Fact]
    public async Task Subscription_that_is_drained_while_the_refused_ones_are_looked_for_is_not_subscribed_again()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        await using INatsSub<string> oldest = await rig.Connection.SubscribeCoreAsync<string>("oldest", cancellationToken: rig.Token);
        INatsSub<string> one = await rig.Connection.SubscribeCoreAsync<string>("one", "group", cancellationToken: rig.Token);
        await using INatsSub<string> two = await rig.Connection.SubscribeCoreAsync<string>("two", cancellationToken: rig.Token);
        await ExpectAllAsync(peer, rig.Token, "SUB oldest 1", "SUB one group 2", "SUB two 3");
        await peer.SendAsync("-ERR 'maximum subscriptions exceeded'");
        await ExpectAllAsync(peer, rig.Token, "PING");
        await peer.SendAsync("PONG"); // behind the refused ones
        await ExpectAllAsync(peer, rig.Token, "PING", "UNSUB 3", "SUB two 3", "PING");
        Task draining = one.DrainAsync(rig.Token).AsTask();
        await ExpectAllAsync(peer, rig.Token, "UNSUB 2", "PING");
        await peer.SendAsync("PONG");
        await peer.SendAsync("PONG"); // "two" is not refused: "one" would be next, whose drain is not confirmed yet
        await ExpectAllAsync(peer, rig.Token, "PING", "UNSUB 1", "SUB oldest 1", "PING");
        for (int i = 0; i < 3; i++)
        {
            await peer.SendAsync("PONG"); // to the drain, and before and behind "oldest"
        }

        Task answering = peer.ServeAsync(rig.Token);
        await draining;
        Assert.Single(peer.Transcript.Split('\n'), line => line.Contains(" SUB one", StringComparison.Ordinal));
        await rig.PassUntilAsync(rig.Connection.CloseAsync().AsTask());
        await answering;
    }

    [Fact]
    public async Task Subscriptions_that_the_limit_refuses_in_a_replay_are_events_112_with_the_reason_ServerLimit_and_counted()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer first = await rig.OpenAsync();
        Task served = ServeAsync(first, most: 5, rig.Token);
        var subs = new INatsSub<string>[4];
        for (int i = 0; i < subs.Length; i++)
        {
            subs[i] = await rig.Connection.SubscribeCoreAsync<string>($"orders.{i}", cancellationToken: rig.Token);
        }

        _ = rig.Connection.RequestAsync<string, string>("service", "?", cancellationToken: rig.Token).AsTask().ContinueWith(static task => task.Exception, TaskScheduler.Default);
        await rig.Connection.PingAsync(rig.Token);
        first.Close();
        await served;
        ScriptedPeer second = await rig.AcceptAsync();
        served = ServeAsync(second, most: 2, rig.Token);

        NatsResubscribedEvent resubscribed = await rig.WhenAsync<NatsResubscribedEvent>();
        Assert.Equal((5, 3, true), (resubscribed.Count, resubscribed.Denied, resubscribed.ServerConfirmed));
        NatsConnectionEvent[] events = [.. rig.Connection.Events.ToList()];
        NatsResubscribeFailedEvent[] failed = [.. events.OfType<NatsResubscribeFailedEvent>()];
        Assert.All(failed, e => Assert.Equal((NatsResubscribeFailReason.ServerLimit, NatsServerErrorCode.MaximumSubscriptionsExceeded), (e.Reason, e.ServerError?.Code)));
        Assert.All(failed, e => Assert.InRange(e.Sequence, events.OfType<NatsReconnectedEvent>().Single().Sequence, resubscribed.Sequence));
        Assert.Equal(["_INBOX", "orders.2", "orders.3"], failed.Select(e => e.Subscription.Subject.StartsWith("_INBOX", StringComparison.Ordinal) ? "_INBOX" : e.Subscription.Subject).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(events, e => e is NatsExceptionOccurredEvent);
        Assert.Equal([NatsSubEndReason.None, NatsSubEndReason.None, NatsSubEndReason.Exception, NatsSubEndReason.Exception], subs.Select(sub => sub.EndReason));
        await rig.PassUntilAsync(rig.Connection.CloseAsync().AsTask());
        await served;
    }

    [Fact]
    public async Task A_refused_subscription_that_has_a_place_by_now_keeps_it()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        INatsSub<string> first = await rig.Connection.SubscribeCoreAsync<string>("first", cancellationToken: rig.Token);
        INatsSub<string> second = await rig.Connection.SubscribeCoreAsync<string>("second", cancellationToken: rig.Token);
        await first.UnsubscribeAsync();
        Task served = ServeAsync(peer, most: 1, rig.Token);
        await rig.PassUntilAsync(rig.Connection.PingAsync(rig.Token).AsTask());
        await Conditions.UntilAsync(() => peer.Transcript.Split("SUB second 2").Length == 3); // once by the caller, once by the probe
        await rig.Connection.PingAsync(rig.Token);
        Assert.Equal(NatsSubEndReason.None, second.EndReason);
        await peer.SendMessageAsync("second", 2, "here");
        Assert.Equal("here", (await second.Msgs.ReadAsync(rig.Token)).Data);
        await rig.PassUntilAsync(rig.Connection.CloseAsync().AsTask());
        await served;
    }

    // As nats-server does: the limit is checked before the sid, and the connection stays open.
    private static async Task ServeAsync(ScriptedPeer peer, int most, CancellationToken cancellationToken)
    {
        HashSet<string> sids = [];
        while (await peer.ReadOperationAsync(cancellationToken) is { } operation)
        {
            string[] words = operation.Line.Split(' ');
            switch (operation.Verb)
            {
                case "SUB" when sids.Count >= most: await peer.SendAsync("-ERR 'maximum subscriptions exceeded'"); break;
                case "SUB": sids.Add(words[^1]); break;
                case "UNSUB": sids.Remove(words[1]); break;
                case "PING": await peer.SendAsync("PONG"); break;
                default: break;
            }
        }
    }

    private static async Task ExpectAllAsync(ScriptedPeer peer, CancellationToken stop, params string[] lines)
    {
        foreach (string line in lines)
        {
            await peer.ExpectAsync(line, stop);
        }
    }
}
