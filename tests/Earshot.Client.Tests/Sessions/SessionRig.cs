using Earshot.Client.Tests.Outbound;
using Earshot.Outbound;
using Earshot.Sessions;
using Earshot.Testing;

namespace Earshot.Client.Tests.Sessions;

/// <summary>One live session over an in-memory transport, and what it reports. Holds no assertions.</summary>
internal sealed class SessionRig : ISessionSink
{
    private readonly TaskCompletionSource<SessionEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _ends;

    public SessionRig(SessionOptions? options = null, MemoryTransportOptions? transport = null)
    {
        Rig = new PartsRig(session: options);
        Pair = new MemoryTransportPair(transport);
        Peer = new ScriptedPeer(Pair);
        Session = new Session(1, Pair.Client, new ReceiveBuffer(Pair.Client, Rig.Time), Rig.Parts, this);
        Rig.Attach(Session.WriteLoop);
    }

    public PartsRig Rig { get; }

    public MemoryTransportPair Pair { get; }

    public ScriptedPeer Peer { get; }

    public Session Session { get; }

    public List<NatsServerInfo> Infos { get; } = [];

    public List<NatsServerError> Errors { get; } = [];

    public int Ends => Volatile.Read(ref _ends);

    public SessionRig Started()
    {
        Session.Start();
        return this;
    }

    public Task<SessionEnd> EndAsync() => _ended.Task.WaitAsync(PartsRig.WaitLimit, PartsRig.Token);

    /// <summary>Everything the server sent so far has been dispatched.</summary>
    public async Task SettledAsync()
    {
        PingWaiter ping = Rig.Pings.Send(inline: false) ?? throw new InvalidOperationException("No session.");
        await Peer.ReadUntilPingAsync();
        await Peer.SendAsync("PONG");
        await ping.Task.WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
    }

    void ISessionSink.InfoArrived(Session session, NatsServerInfo info) => Infos.Add(info);

    void ISessionSink.ServerErrorArrived(Session session, NatsServerError error) => Errors.Add(error);

    void ISessionSink.Ended(Session session, SessionEnd end)
    {
        Interlocked.Increment(ref _ends);
        _ended.TrySetResult(end);
    }
}

/// <summary>Moves of a peer that only sessions under test need.</summary>
internal static class PeerMoves
{
    public static async Task ReadUntilPingAsync(this ScriptedPeer peer)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(PartsRig.Token);
        limit.CancelAfter(PartsRig.WaitLimit);
        while (await peer.ReadOperationAsync(limit.Token) is { } operation && operation.Line != "PING")
        {
        }
    }
}
