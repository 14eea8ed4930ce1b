using System.Collections.Immutable;

namespace Earshot.Cli.Watching;

/// <summary>The servers of the pool as the events describe them. Immutable.</summary>
internal sealed record PoolModel
{
    internal static readonly PoolModel Nothing = new();

    private Uri? _connected;
    private ImmutableHashSet<Uri> _dialled = [];

    /// <summary>The servers, in the order in which they became known.</summary>
    internal ImmutableList<NatsServer> Servers { get; private init; } = [];

    internal PoolState StateOf(NatsServer server) => server switch
    {
        _ when server.Url == _connected => server.IsLameDuck ? PoolState.ConnectedLameDuck : PoolState.Connected,
        _ when _dialled.Contains(server.Url) => PoolState.Dialling,
        { IsLameDuck: true } => PoolState.LameDuck,
        { IsParked: true } => PoolState.Parked,
        { Attempts: > 0 } or { LastError: not null } => PoolState.Failing,
        _ => PoolState.Available,
    };

    internal PoolModel Apply(NatsConnectionEvent e) => e switch
    {
        NatsConnectingEvent c => this with { Servers = [.. c.Servers.Select(static url => new NatsServer { Url = url })] },
        NatsDiscoveredServersEvent d => d.Added.Aggregate(this, static (pool, url) => pool.Find(url) is null ? pool.Put(new NatsServer { Url = url, IsDiscovered = true }) : pool),
        NatsServerPoolChangedEvent p => this with { Servers = [.. p.Pool.Select(Merge)] },
        NatsConnectAttemptEvent a => Put(a.Server) with { _dialled = _dialled.Add(a.Server.Url) },
        NatsConnectAttemptFailedEvent { Abandoned: true } a => this with { _dialled = _dialled.Remove(a.Server.Url) },
        NatsConnectAttemptFailedEvent a => Put(Failed(a)) with { _dialled = _dialled.Remove(a.Server.Url) },
        NatsConnectedEvent c => Connect(c.Server),
        NatsReconnectedEvent r => Connect(r.Server),
        NatsDisconnectedEvent d when d.Server.Url == _connected => (d.Expected ? this : Put(d.Server with { LastError = d.ServerError?.Text ?? $"{d.Reason}" })) with { _connected = null },
        NatsLameDuckModeEvent l => Put(l.Server with { IsLameDuck = true }),
        NatsClosedEvent => this with { _connected = null, _dialled = [] },
        _ => this,
    };

    private static NatsServer Failed(NatsConnectAttemptFailedEvent e) => e.Server with
    {
        Attempts = Math.Max(1, e.Server.Attempts),
        LastError = e.ServerError?.Text ?? e.Exception.Message,
    };

    // What is known of a server is not in every description of it.
    private NatsServer Merge(NatsServer server) => Find(server.Url) is { } known ? server with { Name = server.Name ?? known.Name, LastError = server.LastError ?? known.LastError } : server;

    private PoolModel Connect(NatsServer server) => Put(server with { Attempts = 0, LastError = null, IsLameDuck = false }) with { _connected = server.Url, _dialled = [] };

    private NatsServer? Find(Uri url) => Servers.Find(server => server.Url == url);

    private PoolModel Put(NatsServer server)
    {
        int at = Servers.FindIndex(known => known.Url == server.Url);
        return this with { Servers = at < 0 ? Servers.Add(server) : Servers.SetItem(at, server with { Name = server.Name ?? Servers[at].Name }) };
    }
}
