using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Drains;

/// <summary>Drains of subscriptions while the session is being left for another one.</summary>
public sealed class HandoverDrainTests
{
    [Fact]
    public async Task Drain_during_a_hand_over_delivers_what_the_server_sends_until_it_has_confirmed()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("s", cancellationToken: rig.Token);
        await peer.ExpectAsync("SUB s 1", rig.Token);
        Task reconnecting = rig.Connection.ReconnectAsync(rig.Token).AsTask();
        await peer.ExpectAsync("UNSUB 1", rig.Token);
        await peer.ExpectAsync("PING", rig.Token);
        Task draining = sub.DrainAsync(rig.Token).AsTask();
        for (int i = 0; i < 3; i++)
        {
            await peer.SendMessageAsync("s", 1, $"m{i}"); // before it has processed the UNSUB
        }

        await peer.SendAsync("PONG");
        List<string?> received = [];
        await foreach (NatsMsg<string> msg in sub.Msgs.ReadAllAsync(rig.Token))
        {
            received.Add(msg.Data);
        }

        Assert.Equal(["m0", "m1", "m2"], received);
        await draining;
        Assert.Equal(NatsSubEndReason.Drained, sub.EndReason);
        Task answering = (await rig.AcceptAsync()).ServeAsync(rig.Token);
        await reconnecting;
        await rig.PassUntilAsync(rig.Connection.CloseAsync().AsTask());
        await answering;
    }
}
