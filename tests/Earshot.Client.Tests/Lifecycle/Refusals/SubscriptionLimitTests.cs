using Earshot.Client.Tests.Sessions;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Connection;

/// <summary>A server that takes only so many subscriptions, and whose error does not say which one it refuses.</summary>
public sealed class SubscriptionLimitTests
{
    [Fact]
    public async Task Refused_subscriptions_end_with_the_error_and_are_named_and_the_others_stay()
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
        Assert.Equal(
            ["orders.3", "orders.4"],
            rig.Connection.Events.ToList().OfType<NatsExceptionOccurredEvent>().Select(e => e.Subscription!.Subject).Order());
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

    // As nats-server does: the limit is looked at before the sid, and the connection stays.
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
}
