using Earshot.Events;

// The records of events about the server pool and INFO. Owns payload, severity and wording of each; never decides when one happens.
namespace Earshot;

/// <summary>An INFO advertised a server that was not known, or one that had left; once with the first INFO too.</summary>
public sealed record NatsDiscoveredServersEvent() : NatsConnectionEvent(NatsEventKind.DiscoveredServers, NatsEventSeverity.Information)
{
    /// <summary>The new ones.</summary>
    public required IReadOnlyList<Uri> Added { get; init; }
    /// <summary>All advertised ones.</summary>
    public required IReadOnlyList<Uri> All { get; init; }
    /// <summary>Whether this is the first INFO.</summary>
    public bool Initial { get; init; }
    private protected override string Describe() => $"discovered {EventText.List(Added)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnDiscoveredServersAsync(this, ct);
}

/// <summary>The content of the server pool changed; never for order alone.</summary>
public sealed record NatsServerPoolChangedEvent() : NatsConnectionEvent(NatsEventKind.ServerPoolChanged, NatsEventSeverity.Information)
{
    /// <summary>Servers that came.</summary>
    public required IReadOnlyList<Uri> Added { get; init; }
    /// <summary>Servers that went.</summary>
    public required IReadOnlyList<Uri> Removed { get; init; }
    /// <summary>Servers that are left alone for now.</summary>
    public required IReadOnlyList<Uri> Parked { get; init; }
    /// <summary>Servers that can be used again.</summary>
    public required IReadOnlyList<Uri> Returned { get; init; }
    /// <summary>What changed it.</summary>
    public NatsServerPoolChangeSource Source { get; init; }
    /// <summary>The pool after the change.</summary>
    public required IReadOnlyList<NatsServer> Pool { get; init; }
    private protected override string Describe() =>
        $"pool of {Pool.Count} servers changed by {Source}: +{Added.Count} -{Removed.Count} parked {Parked.Count} returned {Returned.Count}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnServerPoolChangedAsync(this, ct);
}

/// <summary>The server announced that it will shut down; at most once per session.</summary>
public sealed record NatsLameDuckModeEvent() : NatsConnectionEvent(NatsEventKind.LameDuckMode, NatsEventSeverity.Warning)
{
    /// <summary>The server.</summary>
    public required NatsServer Server { get; init; }
    /// <summary>Where else one can go.</summary>
    public required IReadOnlyList<Uri> OtherServers { get; init; }
    /// <summary>What the client does.</summary>
    public NatsLameDuckPolicy Action { get; init; }
    /// <summary>When it will move, in UTC, or <see langword="null"/>.</summary>
    public DateTimeOffset? PlannedMigration { get; init; }
    private protected override string Describe() => $"{Server} is in lame duck mode, {OtherServers.Count} other servers known ({Action})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnLameDuckModeAsync(this, ct);
}

/// <summary>An INFO of the live session changed a field.</summary>
public sealed record NatsServerInfoUpdatedEvent() : NatsConnectionEvent(NatsEventKind.ServerInfoUpdated, NatsEventSeverity.Debug)
{
    /// <summary>Before.</summary>
    public required NatsServerInfo Old { get; init; }
    /// <summary>After.</summary>
    public required NatsServerInfo New { get; init; }
    /// <summary>Which fields.</summary>
    public NatsServerInfoChanges Changed { get; init; }
    /// <summary>Whether it is the INFO that follows a connect.</summary>
    public bool ConnectInfo { get; init; }
    private protected override string Describe() => $"server information changed: {Changed}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnServerInfoUpdatedAsync(this, ct);
}

/// <summary>What changed the server pool.</summary>
public enum NatsServerPoolChangeSource
{
    /// <summary>An INFO of the server.</summary>
    Info,
    /// <summary>The application replaced the pool.</summary>
    SetServerPool,
    /// <summary>A server reached its limit of attempts.</summary>
    Exhausted,
    /// <summary>A server announced its shutdown.</summary>
    LameDuck,
    /// <summary>A parked server can be used again.</summary>
    Recovered,
}

/// <summary>What the client does when its server announces its shutdown.</summary>
public enum NatsLameDuckPolicy
{
    /// <summary>Only report it.</summary>
    Notify,
    /// <summary>Move to another server at a random time inside the grace period.</summary>
    Migrate,
}

/// <summary>Which fields differ between two INFO lines of a server. Owns the words only; comparing is done where INFO arrives.</summary>
[Flags]
public enum NatsServerInfoChanges
{
    /// <summary>Nothing that is listed here changed.</summary>
    None = 0,
    /// <summary>The maximum payload.</summary>
    MaxPayload = 1 << 0,
    /// <summary>The advertised urls.</summary>
    Urls = 1 << 1,
    /// <summary>The version of the server.</summary>
    Version = 1 << 2,
    /// <summary>The name of the cluster.</summary>
    Cluster = 1 << 3,
    /// <summary>The account.</summary>
    Account = 1 << 4,
    /// <summary>Lame duck mode.</summary>
    LameDuckMode = 1 << 5,
    /// <summary>Whether JetStream is there.</summary>
    JetStream = 1 << 6,
    /// <summary>The nonce to sign.</summary>
    Nonce = 1 << 7,
    /// <summary>The id or name of the server.</summary>
    Identity = 1 << 8,
    /// <summary>What the server asks for: authentication or TLS.</summary>
    Security = 1 << 9,
    /// <summary>Any other field.</summary>
    Other = 1 << 30,
}
