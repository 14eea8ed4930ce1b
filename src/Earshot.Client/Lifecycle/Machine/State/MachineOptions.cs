using System.Collections.Frozen;
using Earshot.Servers;

namespace Earshot.Lifecycle;

/// <summary>What the lifecycle decides by. All of it comes from the connection's options, nothing changes later.</summary>
internal sealed record MachineOptions
{
    /// <summary>A dial without progress for this long is joined by another one.</summary>
    public required TimeSpan HedgeAfter { get; init; }

    public required TimeSpan ReconnectWaitMin { get; init; }

    public required TimeSpan ReconnectWaitMax { get; init; }

    /// <summary>The minimum duration of a session that resets the back-off.</summary>
    public required TimeSpan StableAfter { get; init; }

    /// <summary>Failed attempts of one outage before giving up; negative: no limit; 0: never reconnect.</summary>
    public required int MaxReconnects { get; init; }

    /// <summary>Failed attempts in a row before a server is parked; 0: never.</summary>
    public required int MaxAttemptsPerServer { get; init; }

    /// <summary>How long one outage may last before giving up; null: no limit.</summary>
    public required TimeSpan? ReconnectTimeLimit { get; init; }

    public required bool RetryOnInitialConnect { get; init; }

    public required bool IgnoreAuthErrorAbort { get; init; }

    public required NatsLameDuckPolicy LameDuckPolicy { get; init; }

    /// <summary>The server's grace period as far as a client can know it.</summary>
    public required TimeSpan LameDuckGrace { get; init; }

    /// <summary>How long before its credentials expire a session is replaced; zero: never.</summary>
    public required TimeSpan RenewBeforeExpiry { get; init; }

    /// <summary>The credentials come from a file or a callback, which may have others at the next attempt.</summary>
    public required bool AreCredentialsDynamic { get; init; }

    /// <summary>The options contain a JWT as text, so that no attempt can provide another one.</summary>
    public required bool HasFixedJwt { get; init; }

    /// <summary>When that JWT expires; null: never, or there is none.</summary>
    public required DateTimeOffset? FixedJwtExpiresAt { get; init; }

    public required PoolOptions Pool { get; init; }

    /// <summary>A callback chooses the server of each attempt.</summary>
    public required bool HasSelector { get; init; }

    /// <summary>A callback filters the addresses that servers advertise.</summary>
    public required bool HasFilter { get; init; }

    /// <summary>A callback decides the wait between rounds.</summary>
    public required bool HasDelayCallback { get; init; }

    /// <summary>How events show the configured servers before their first attempt: the same objects for all connections with these options.</summary>
    public required FrozenDictionary<ServerAddress, NatsServer> InitialViews { get; init; }

    /// <summary>Of the servers that the options name, how each is shown before its first attempt.</summary>
    public static FrozenDictionary<ServerAddress, NatsServer> CreateInitialViews(IEnumerable<ServerAddress> servers) =>
        servers.Distinct().ToFrozenDictionary(address => address, address => new NatsServer { Url = address.Url });
}
