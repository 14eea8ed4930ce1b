using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Connection;

/// <summary>A server that ends the session over one of the subscriptions of the replay.</summary>
public sealed class SessionEndingReplayTests
{
    [Fact]
    public async Task A_subscription_that_ends_two_sessions_in_the_replay_is_left_out_and_named()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer first = await rig.OpenAsync();
        var subs = new INatsSub<string>[3];
        for (int i = 0; i < subs.Length; i++)
        {
            subs[i] = await rig.Connection.SubscribeCoreAsync<string>($"s{i}", cancellationToken: rig.Token);
        }

        rig.Server().Plays(peer => ServeAsync(peer, "s1", rig.Token));
        first.Close();
        NatsResubscribedEvent restored = await RestoredAsync(rig);
        Assert.Equal(2, restored.Count);
        NatsResubscribeFailedEvent failed = Assert.Single(rig.Connection.Events.ToList().OfType<NatsResubscribeFailedEvent>());
        Assert.Equal(("s1", NatsResubscribeFailReason.CausesDisconnect), (failed.Subscription.Subject, failed.Reason));
        Assert.Equal([NatsSubEndReason.None, NatsSubEndReason.Exception, NatsSubEndReason.None], subs.Select(sub => sub.EndReason));
        NatsServerException error = await Assert.ThrowsAsync<NatsServerException>(() => subs[1].Msgs.WaitToReadAsync(rig.Token).AsTask());
        Assert.Equal(NatsServerErrorCode.MaximumControlLineExceeded, error.ServerError.Code);
        Assert.Equal(4, rig.Connection.Events.ToList().OfType<NatsDisconnectedEvent>().Count()); // the first, one to suspect, two to be sure
        rig.AssertGrammar();
    }

    [Fact]
    public async Task What_is_longer_than_a_subscription_that_was_left_out_for_its_length_is_left_out_with_it_as_Oversized()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer first = await rig.OpenAsync();
        string[] subjects = ["short", "a.long.one", "one.that.is.longer"];
        var subs = new List<INatsSub<string>>(); // a subscription without a reader would be unsubscribed at a collection
        foreach (string subject in subjects)
        {
            subs.Add(await rig.Connection.SubscribeCoreAsync<string>(subject, cancellationToken: rig.Token));
        }

        rig.Server().Plays(peer => ServeAsync(peer, subjects[1], rig.Token));
        first.Close();
        NatsResubscribedEvent restored = await RestoredAsync(rig);

        Assert.Equal(1, restored.Count);
        Assert.Equal(
            [(subjects[1], NatsResubscribeFailReason.CausesDisconnect), (subjects[2], NatsResubscribeFailReason.Oversized)],
            rig.Connection.Events.ToList().OfType<NatsResubscribeFailedEvent>().Select(e => (e.Subscription.Subject, e.Reason)));
        Assert.Equal([NatsSubEndReason.None, NatsSubEndReason.Exception, NatsSubEndReason.Exception], subs.Select(sub => sub.EndReason));
    }

    [Fact]
    public async Task The_inbox_of_requests_that_ends_two_sessions_in_the_replay_is_named()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer first = await rig.OpenAsync();
        await using INatsSub<string> kept = await rig.Connection.SubscribeCoreAsync<string>("kept", cancellationToken: rig.Token);
        Task<NatsMsg<string>> lost = rig.Connection.RequestAsync<string, string>("service", "?", cancellationToken: rig.Token).AsTask();
        await first.ExpectAsync("SUB kept 1", rig.Token);
        string inbox = (await first.ExpectAsync("SUB", rig.Token)).Line.Split(' ')[1];
        rig.Server().Plays(peer => ServeAsync(peer, inbox, rig.Token, "-ERR 'Unknown Protocol Operation'"));
        first.Close();
        await Assert.ThrowsAsync<NatsConnectionLostException>(() => lost);
        NatsResubscribedEvent restored = await RestoredAsync(rig);

        Assert.Equal(1, restored.Count);
        NatsResubscribeFailedEvent failed = Assert.Single(rig.Connection.Events.ToList().OfType<NatsResubscribeFailedEvent>());
        Assert.Equal((inbox, "2", NatsResubscribeFailReason.CausesDisconnect), (failed.Subscription.Subject, failed.Subscription.Sid, failed.Reason));
        Assert.Equal(NatsServerErrorCode.UnknownProtocolOperation, failed.ServerError?.Code);
    }

    [Fact]
    public async Task Session_end_outside_the_replay_suspects_no_subscription()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("a", cancellationToken: rig.Token);
        await peer.ExpectAsync("SUB a 1", rig.Token);
        for (int i = 0; i < 6; i++)
        {
            peer.Close();
            Task<ScriptedPeer> next = rig.AcceptAsync();
            await rig.PassUntilAsync(next);
            peer = await next; // which does not answer the replay
        }

        Assert.Equal(NatsSubEndReason.None, sub.EndReason);
        Assert.DoesNotContain(rig.Connection.Events.ToList(), e => e is NatsResubscribeFailedEvent);
    }

    private static async Task<NatsResubscribedEvent> RestoredAsync(ConnectionRig rig)
    {
        Task<NatsResubscribedEvent> restored = rig.Connection.Events.WhenAsync<NatsResubscribedEvent>(0, e => e is { ServerConfirmed: true, Count: > 0 }, rig.Token);
        await rig.PassUntilAsync(restored);
        return await restored;
    }

    private static async Task ServeAsync(ScriptedPeer peer, string culprit, CancellationToken cancellationToken, string error = "-ERR 'maximum control line exceeded'")
    {
        await peer.HandshakeAsync(cancellationToken);
        while (await peer.ReadOperationAsync(cancellationToken) is { } operation)
        {
            if (operation.Line.StartsWith($"SUB {culprit} ", StringComparison.Ordinal))
            {
                await peer.SendAsync(error);
                peer.Close();
                return;
            }

            if (operation.Verb == "PING")
            {
                await peer.SendAsync("PONG");
            }
        }
    }
}
