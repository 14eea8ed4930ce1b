using System.Text;
using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Testing;

namespace Earshot.Catalogue.Tests.Bytes.Engines;

/// <summary>
/// An open connection over an in-memory server with the subscriptions "foo" (sid 1) and "counted" (sid 2, which has received one of its
/// five messages). Contains no assertions.
/// </summary>
internal sealed class OpenSession : IAsyncDisposable
{
    private OpenSession(ConnectionRig rig, ScriptedPeer peer, INatsSub<byte[]> foo, INatsSub<byte[]> counted) =>
        (Rig, Peer, Foo, Counted, Mark) = (rig, peer, foo, counted, rig.Connection.Events.LastSequence);

    public ConnectionRig Rig { get; }

    public ScriptedPeer Peer { get; }

    public INatsSub<byte[]> Foo { get; }

    public INatsSub<byte[]> Counted { get; }

    public NatsConnection Connection => Rig.Connection;

    /// <summary>The number of the last event before the row.</summary>
    public long Mark { get; }

    public static async Task<OpenSession> StartAsync(Func<NatsOpts, NatsOpts>? options = null)
    {
        var rig = new ConnectionRig(options);
        ScriptedPeer peer = await rig.OpenAsync();
        INatsSub<byte[]> foo = await rig.Connection.SubscribeCoreAsync<byte[]>("foo", cancellationToken: rig.Token);
        INatsSub<byte[]> counted = await rig.Connection.SubscribeCoreAsync<byte[]>("counted", opts: new NatsSubOpts { MaxMsgs = 5 }, cancellationToken: rig.Token);
        await peer.ExpectAsync("SUB foo 1", rig.Token);
        await peer.ExpectAsync("SUB counted 2", rig.Token);
        await peer.ExpectAsync("UNSUB 2 5", rig.Token);
        await peer.SendMessageAsync("counted", 2, "one");
        await counted.Msgs.ReadAsync(rig.Token);
        return new OpenSession(rig, peer, foo, counted);
    }

    public ValueTask SendAsync(string latin1) => Peer.SendRawAsync(Encoding.Latin1.GetBytes(latin1));

    /// <summary>Completes when everything that the server has sent is processed and answered; returns what the client has sent meanwhile.</summary>
    public Task<IReadOnlyList<string>> SettleAsync() => SettleAsync(Peer);

    public async Task<IReadOnlyList<string>> SettleAsync(ScriptedPeer peer)
    {
        List<string> sent = [];
        // Bytes are answered behind the whole of their batch, so an answer may follow the next PING, but not the one after it.
        for (int round = 0; round < 3; round++)
        {
            Task ping = Connection.PingAsync(Rig.Token).AsTask();
            while (await peer.ReadOperationAsync(Rig.Token) is { } operation && operation.Line != "PING")
            {
                sent.Add(operation.Line);
            }

            await peer.SendAsync("PONG");
            await ping;
        }

        return sent;
    }

    /// <summary>What the subscription of "foo" has received since the last call.</summary>
    public List<string> Received()
    {
        List<string> received = [];
        while (Foo.Msgs.TryRead(out NatsMsg<byte[]> message))
        {
            received.Add(ReceivedText.Of(message));
        }

        return received;
    }

    /// <summary>The events since the row began, except for those about the PINGs of the engine.</summary>
    public List<NatsConnectionEvent> Events() =>
        [.. Connection.Events.ToList().Where(e => e.Sequence > Mark && e.Kind is not (NatsEventKind.PingSent or NatsEventKind.PongReceived))];

    public ValueTask DisposeAsync() => Rig.DisposeAsync();
}
