using Earshot.Events;

// The records of events about the server pool and INFO. Defines payload, severity and message of each; does not decide when one is emitted.
namespace Earshot;

public partial interface INatsConnectionListener
{
    /// <summary>Called for <see cref="NatsEventKind.DiscoveredServers"/>: an INFO advertised a server that was unknown or had left.</summary>
    ValueTask OnDiscoveredServersAsync(NatsDiscoveredServersEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.ServerPoolChanged"/>: the content of the server pool changed.</summary>
    ValueTask OnServerPoolChangedAsync(NatsServerPoolChangedEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.LameDuckMode"/>: the server enters lame duck mode: it will shut down.</summary>
    ValueTask OnLameDuckModeAsync(NatsLameDuckModeEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.ServerInfoUpdated"/>: an INFO of the current session changed a field.</summary>
    ValueTask OnServerInfoUpdatedAsync(NatsServerInfoUpdatedEvent e, CancellationToken ct) => default;
}

/// <summary>An INFO advertised a server that was unknown or had left. Also raised for the first INFO.</summary>
public sealed record NatsDiscoveredServersEvent() : NatsConnectionEvent(NatsEventKind.DiscoveredServers, NatsEventSeverity.Information)
{
    /// <summary>The servers that are new.</summary>
    public required IReadOnlyList<Uri> Added { get; init; }
    /// <summary>All servers that are advertised.</summary>
    public required IReadOnlyList<Uri> All { get; init; }
    /// <summary>Whether this is the first INFO.</summary>
    public bool Initial { get; init; }
    private protected override string Describe() => $"discovered {EventText.List(Added)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnDiscoveredServersAsync(this, ct);
}

/// <summary>The content of the server pool changed. Not raised for a change of order.</summary>
public sealed record NatsServerPoolChangedEvent() : NatsConnectionEvent(NatsEventKind.ServerPoolChanged, NatsEventSeverity.Information)
{
    /// <summary>The servers that were added to the pool.</summary>
    public required IReadOnlyList<Uri> Added { get; init; }
    /// <summary>The servers that were removed from the pool.</summary>
    public required IReadOnlyList<Uri> Removed { get; init; }
    /// <summary>The servers that were parked.</summary>
    public required IReadOnlyList<Uri> Parked { get; init; }
    /// <summary>The servers that are no longer parked.</summary>
    public required IReadOnlyList<Uri> Returned { get; init; }
    /// <summary>What changed the server pool.</summary>
    public NatsServerPoolChangeSource Source { get; init; }
    /// <summary>The servers of the pool after the change.</summary>
    public required IReadOnlyList<NatsServer> Pool { get; init; }
    private protected override string Describe() =>
        $"server pool changed ({Source}): {EventText.Count(Pool.Count, "server")}, {Added.Count} added, {Removed.Count} removed, {Parked.Count} parked, {Returned.Count} returned";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnServerPoolChangedAsync(this, ct);
}

/// <summary>The server enters lame duck mode: it will shut down. At most once per session.</summary>
public sealed record NatsLameDuckModeEvent() : NatsConnectionEvent(NatsEventKind.LameDuckMode, NatsEventSeverity.Warning)
{
    /// <summary>The server that enters lame duck mode.</summary>
    public required NatsServer Server { get; init; }
    /// <summary>The other servers that the client may connect to.</summary>
    public required IReadOnlyList<Uri> OtherServers { get; init; }
    /// <summary>What the client does about it.</summary>
    public NatsLameDuckPolicy Action { get; init; }
    /// <summary>The planned time of the migration, in UTC, or <see langword="null"/>.</summary>
    public DateTimeOffset? PlannedMigration { get; init; }
    private protected override string Describe() => $"{Server} is in lame duck mode, {EventText.Count(OtherServers.Count, "other server")} available ({Action})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnLameDuckModeAsync(this, ct);
}

/// <summary>An INFO of the current session changed a field.</summary>
public sealed record NatsServerInfoUpdatedEvent() : NatsConnectionEvent(NatsEventKind.ServerInfoUpdated, NatsEventSeverity.Debug)
{
    /// <summary>The INFO before the change.</summary>
    public required NatsServerInfo Old { get; init; }
    /// <summary>The INFO after the change.</summary>
    public required NatsServerInfo New { get; init; }
    /// <summary>The fields that changed.</summary>
    public NatsServerInfoChanges Changed { get; init; }
    /// <summary>Whether it is the INFO that follows a connect.</summary>
    public bool ConnectInfo { get; init; }
    private protected override string Describe() => $"server info changed: {Changed}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnServerInfoUpdatedAsync(this, ct);
}

/// <summary>What changed the server pool.</summary>
public enum NatsServerPoolChangeSource
{
    /// <summary>An INFO of a server advertised other servers.</summary>
    Info,
    /// <summary>The application replaced the servers of the pool.</summary>
    SetServerPool,
    /// <summary>A server reached its limit of consecutive failed attempts.</summary>
    Exhausted,
    /// <summary>A server entered lame duck mode.</summary>
    LameDuck,
    /// <summary>A parked server can be used again.</summary>
    Recovered,
}

/// <summary>What the client does when its server enters lame duck mode.</summary>
public enum NatsLameDuckPolicy
{
    /// <summary>The client only raises the event.</summary>
    Notify,
    /// <summary>The client migrates to another server at a random time in the grace period.</summary>
    Migrate,
}

/// <summary>The fields that differ between two INFO messages of a server.</summary>
[Flags]
public enum NatsServerInfoChanges
{
    /// <summary>None of the following fields changed.</summary>
    None = 0,
    /// <summary>The maximum payload of a message.</summary>
    MaxPayload = 1 << 0,
    /// <summary>The URLs of advertised servers.</summary>
    Urls = 1 << 1,
    /// <summary>The version of the server.</summary>
    Version = 1 << 2,
    /// <summary>The name of the cluster.</summary>
    Cluster = 1 << 3,
    /// <summary>The account of the connection.</summary>
    Account = 1 << 4,
    /// <summary>The lame duck mode of the server.</summary>
    LameDuckMode = 1 << 5,
    /// <summary>The availability of JetStream on the server.</summary>
    JetStream = 1 << 6,
    /// <summary>The id or name of the server.</summary>
    Identity = 1 << 8,
    /// <summary>The requirement of authentication or TLS.</summary>
    Security = 1 << 9,
}
