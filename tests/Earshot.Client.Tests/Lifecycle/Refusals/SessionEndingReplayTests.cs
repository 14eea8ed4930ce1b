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
        NatsResubscribedEvent restored;
        do
        {
            await rig.PassUntilAsync(Task.Delay(1, rig.Token));
            restored = rig.Connection.Events.ToList().OfType<NatsResubscribedEvent>().LastOrDefault() ?? new NatsResubscribedEvent();
        }
        while (!restored.ServerConfirmed || restored.Count == 0);

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
            peer = await next; // which answers nothing of the replay
        }

        Assert.Equal(NatsSubEndReason.None, sub.EndReason);
        Assert.DoesNotContain(rig.Connection.Events.ToList(), e => e is NatsResubscribeFailedEvent);
    }

    private static async Task ServeAsync(ScriptedPeer peer, string culprit, CancellationToken cancellationToken)
    {
        await peer.HandshakeAsync(cancellationToken);
        while (await peer.ReadOperationAsync(cancellationToken) is { } operation)
        {
            if (operation.Line.StartsWith($"SUB {culprit} ", StringComparison.Ordinal))
            {
                await peer.SendAsync("-ERR 'maximum control line exceeded'");
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
