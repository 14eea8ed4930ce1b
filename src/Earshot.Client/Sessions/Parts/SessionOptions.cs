using Earshot.Protocol;

namespace Earshot.Sessions;

/// <summary>Settings of all sessions of a connection, in particular when one is declared stale.</summary>
internal sealed record SessionOptions
{
    /// <summary>A timer that fires this much too late means that the process was paused, not the server.</summary>
    public static readonly TimeSpan PauseThreshold = TimeSpan.FromSeconds(5);

    /// <summary>What inboxes of requests begin with.</summary>
    public required string InboxPrefix { get; init; }

    public required TimeSpan PingInterval { get; init; }

    public required int MaxPingsOut { get; init; }

    /// <summary>With something outstanding, a silent connection is probed with a PING after this time.</summary>
    public required TimeSpan ProbeDelay { get; init; }

    /// <summary>
    /// Checks of idle connections are at multiples of this, and their PINGs as much earlier at most: ten thousand connections then need a few
    /// wake-ups of the process per second, and not one each.
    /// </summary>
    public TimeSpan CheckGrid => new(Math.Max(1, Math.Min(ProbeDelay.Ticks, PingInterval.Ticks) / 16));

    /// <summary>Timeout of the PONG, from when the operating system of the other side has acknowledged the PING, or since a slow connection last accepted a byte.</summary>
    public required TimeSpan ProbeTimeout { get; init; }

    /// <summary>How long a drain accepts publishes after all was read, where something was read without an enumeration.</summary>
    public TimeSpan DrainGracePeriod { get; init; }

    /// <summary>Where the operating system does not report acknowledgments: time without inbound data after which the connection is stale.</summary>
    public TimeSpan SilenceTimeout => 4 * ProbeTimeout;

    /// <summary>Time within which a frame of the server must end, or <see cref="IncompleteFrame.LeastProgress"/> bytes of it must be received.</summary>
    public required TimeSpan FrameTimeout { get; init; }

    /// <summary>A lost session is followed by another.</summary>
    public required bool Reconnects { get; init; }

    public required TimeSpan WriteTimeout { get; init; }

    /// <summary>The sizes above which a frame of the server is a protocol error, and whether CONNECT declares no support for headers: a message with headers is then a protocol error.</summary>
    public required ProtocolLimits Limits { get; init; }

    /// <summary>The value of <see cref="PauseThreshold"/>, except in tests.</summary>
    public required TimeSpan StallThreshold { get; init; }

    /// <summary>For how long the garbage collector has paused this process in all.</summary>
    public required Func<TimeSpan> CollectorPauses { get; init; }
}
