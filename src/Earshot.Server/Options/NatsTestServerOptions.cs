using System.Net.Security;

namespace Earshot;

/// <summary>The options of an in-process server. Immutable; tests change a running server by its faults.</summary>
public sealed record NatsTestServerOptions
{
    /// <summary>Name of the server in INFO; <see langword="null"/> (default): the id of the server.</summary>
    public string? Name { get; init; }

    /// <summary>Port on 127.0.0.1; 0 (default): a free port. Without <see cref="Listen"/> it is only advertised.</summary>
    public int Port { get; init; }

    /// <summary>Whether the server listens on a socket; default <see langword="true"/>. In-memory connections are possible in either case.</summary>
    public bool Listen { get; init; } = true;

    /// <summary>Version of the server in INFO, whose behaviour is simulated; default "2.15.1".</summary>
    public string Version { get; init; } = "2.15.1";

    /// <summary>Cluster name in INFO; default <see langword="null"/>: none. <see cref="NatsTestCluster"/> sets it.</summary>
    public string? ClusterName { get; init; }

    /// <summary>Whether the server supports headers; default <see langword="true"/>.</summary>
    public bool Headers { get; init; } = true;

    /// <summary>Whether the server has JetStream, in memory; default <see langword="false"/>, as a server without its flag.</summary>
    public bool JetStream { get; init; }

    /// <summary>Maximum bytes of headers and payload together; default 1 MiB.</summary>
    public int MaxPayload { get; init; } = 1024 * 1024;

    /// <summary>Maximum bytes of a control line after its verb; default 4,096.</summary>
    public int MaxControlLine { get; init; } = 4096;

    /// <summary>Maximum number of connected clients; default 65,536.</summary>
    public int MaxConnections { get; init; } = 64 * 1024;

    /// <summary>Maximum number of subscriptions of one client; 0 (default): no limit.</summary>
    public int MaxSubscriptions { get; init; }

    /// <summary>Maximum number of tokens in the subject of a subscription; 0 (default): no limit.</summary>
    public int MaxSubscriptionTokens { get; init; }

    /// <summary>Maximum bytes that wait for one client before it is closed as a slow consumer; default 64 MiB.</summary>
    public long MaxPending { get; init; } = 64 * 1024 * 1024;

    /// <summary>Timeout of one write to a client before it is closed as a slow consumer; default 10 s.</summary>
    public TimeSpan WriteDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Interval between two PINGs to an idle client; default 2 min. The first is sent after at most 2 s.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Maximum number of unanswered PINGs; one more closes the connection as stale. Default 2; 0: no limit.</summary>
    public int MaxPingsOut { get; init; } = 2;

    /// <summary>Timeout for the authentication of a client; default 2 s. Only with users or a token.</summary>
    public TimeSpan AuthorizationTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Users that may connect; empty (default) and no token: everyone may connect.</summary>
    public IReadOnlyList<NatsTestServerUser> Users { get; init; } = [];

    /// <summary>Token that clients authenticate with, in plain text; default <see langword="null"/>: none.</summary>
    public string? Token { get; init; }

    /// <summary>Name of the user for clients that send no credentials; default <see langword="null"/>: such clients are rejected.</summary>
    public string? NoAuthUser { get; init; }

    /// <summary>Limits of accounts; default empty. Accounts that only users name need no entry.</summary>
    public IReadOnlyList<NatsTestServerAccount> Accounts { get; init; } = [];

    /// <summary>TLS options, also for the WebSocket port; <see langword="null"/> (default): no TLS.</summary>
    public SslServerAuthenticationOptions? Tls { get; init; }

    /// <summary>Whether the TLS handshake precedes INFO; default <see langword="false"/>: it follows INFO.</summary>
    public bool TlsFirst { get; init; }

    /// <summary>Time between the announcement of lame duck mode and the first closed client; default 10 s.</summary>
    public TimeSpan LameDuckGracePeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time between the announcement of lame duck mode and the last closed client; default 2 min.</summary>
    public TimeSpan LameDuckDuration { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>WebSocket port on 127.0.0.1; 0: a free port; <see langword="null"/> (default): none.</summary>
    public int? WebSocketPort { get; init; }

    /// <summary>Monitoring port on 127.0.0.1; 0: a free port; <see langword="null"/> (default): none.</summary>
    public int? MonitoringPort { get; init; }

    /// <summary>Number of published messages that are kept for assertions; default 1,000. With 0 a publish allocates nothing.</summary>
    public int PublishedCapacity { get; init; } = 1000;

    /// <summary>Number of received and sent chunks that the transcript keeps; 0 (default): none.</summary>
    public int TranscriptCapacity { get; init; }

    /// <summary>Time source for all timers of the server; default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Time source of what a test with a fake clock should not observe; only a simulation replaces it.</summary>
    internal TimeProvider RealTime { get; init; } = TimeProvider.System;

    /// <summary>Source of ids and of random choices; only a simulation replaces it.</summary>
    internal Random? Random { get; init; }
}
