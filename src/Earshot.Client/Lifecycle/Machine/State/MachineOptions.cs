using Earshot.Servers;

namespace Earshot.Lifecycle;

/// <summary>What the lifecycle decides by. All of it comes from the connection's options, nothing changes later.</summary>
internal sealed record MachineOptions
{
    /// <summary>A dial without INFO after this time gets company.</summary>
    public TimeSpan HedgeAfter { get; init; } = TimeSpan.FromMilliseconds(250);

    public TimeSpan ReconnectWaitMin { get; init; } = ReconnectDelay.DefaultMinimum;

    public TimeSpan ReconnectWaitMax { get; init; } = ReconnectDelay.DefaultMaximum;

    /// <summary>The back-off starts over only after a session that has lasted so long.</summary>
    public TimeSpan StableAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Failed attempts of one outage before giving up; negative: no limit; 0: never reconnect.</summary>
    public int MaxReconnects { get; init; } = -1;

    /// <summary>Failed attempts in a row before a server is parked; 0: never.</summary>
    public int MaxReconnectsPerServer { get; init; } = 60;

    /// <summary>How long one outage may last before giving up; null: no limit.</summary>
    public TimeSpan? ReconnectTimeLimit { get; init; }

    public bool RetryOnInitialConnect { get; init; }

    public bool IgnoreAuthErrorAbort { get; init; }

    /// <summary>The same refusal so often on every server ends the reconnecting.</summary>
    public int AuthAbortAfter { get; init; } = 2;

    public LameDuckPolicy LameDuckPolicy { get; init; } = LameDuckPolicy.Migrate;

    /// <summary>The server's grace period as far as a client can know it (the server's default).</summary>
    public TimeSpan LameDuckGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long before its credentials expire a session is replaced; zero: never.</summary>
    public TimeSpan RenewAhead { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The credentials come from a file or a callback, which may have others at the next attempt.</summary>
    public bool AreCredentialsDynamic { get; init; }

    public PoolOptions Pool { get; init; } = PoolOptions.Default;

    /// <summary>A callback chooses the server of each attempt.</summary>
    public bool HasSelector { get; init; }

    /// <summary>A callback decides the wait between rounds.</summary>
    public bool HasDelayCallback { get; init; }
}
