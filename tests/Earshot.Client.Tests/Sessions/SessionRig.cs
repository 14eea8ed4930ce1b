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
    private int _infoThread;

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

    /// <summary>The thread that dispatched the last INFO; 0: none yet.</summary>
    public int InfoThread => Volatile.Read(ref _infoThread);

    /// <summary>Called on the read loop with each INFO.</summary>
    public Action OnInfo { get; set; } = static () => { };

    public int Ends => Volatile.Read(ref _ends);

    /// <summary>Whether the end of the session is decided; its loops end later, on other threads, and only then is it counted in <see cref="Ends"/>.</summary>
    public bool WasGivenUp => Session.Ending is not null;

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

    void ISessionSink.InfoArrived(Session session, NatsServerInfo info)
    {
        Infos.Add(info);
        Volatile.Write(ref _infoThread, Environment.CurrentManagedThreadId);
        OnInfo();
    }

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
