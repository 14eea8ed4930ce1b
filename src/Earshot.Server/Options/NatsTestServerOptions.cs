using System.Net.Security;

namespace Earshot;

/// <summary>
/// How one in-process server behaves. Immutable; what a test changes while the server runs is a verb of the server's faults.
/// </summary>
public sealed record NatsTestServerOptions
{
    /// <summary>The name in INFO; <see langword="null"/> (default) takes the server's id.</summary>
    public string? Name { get; init; }

    /// <summary>The port on 127.0.0.1; 0 (default) takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Whether to listen on a socket at all; default <see langword="true"/>. In-memory connections work without.</summary>
    public bool Listen { get; init; } = true;

    /// <summary>The version that INFO claims: the one whose behaviour is followed, "2.15.1".</summary>
    public string Version { get; init; } = "2.15.1";

    /// <summary>The cluster name in INFO; a mock cluster sets it. Default <see langword="null"/>: none.</summary>
    public string? ClusterName { get; init; }

    /// <summary>Whether messages with headers are allowed; default <see langword="true"/>.</summary>
    public bool Headers { get; init; } = true;

    /// <summary>Bytes of headers and payload together; default 1 MiB.</summary>
    public int MaxPayload { get; init; } = 1024 * 1024;

    /// <summary>Bytes after the verb of one control line; default 4,096.</summary>
    public int MaxControlLine { get; init; } = 4096;

    /// <summary>Connected clients; default 65,536.</summary>
    public int MaxConnections { get; init; } = 64 * 1024;

    /// <summary>Subscriptions of one client; 0 (default) sets no limit.</summary>
    public int MaxSubscriptions { get; init; }

    /// <summary>Tokens in the subject of a subscription; 0 (default) sets no limit.</summary>
    public int MaxSubscriptionTokens { get; init; }

    /// <summary>Bytes that may wait for one client before it is evicted as a slow consumer; default 64 MiB.</summary>
    public long MaxPending { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long one write may block before the client is evicted as a slow consumer; default 10 s.</summary>
    public TimeSpan WriteDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Between two PINGs to an idle client; default 2 min. The first comes after at most 2 s.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>PINGs that may stay unanswered; one more closes the connection as stale. Default 2.</summary>
    public int MaxPingsOut { get; init; } = 2;

    /// <summary>How long a client may take to authenticate; default 2 s. Only with users or a token.</summary>
    public TimeSpan AuthorizationTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Who may connect; empty (default) together with no token: everybody, as anybody.</summary>
    public IReadOnlyList<NatsTestServerUser> Users { get; init; } = [];

    /// <summary>The one token that is accepted, itself and no bcrypt hash of it; default <see langword="null"/>: none.</summary>
    public string? Token { get; init; }

    /// <summary>The user a client becomes that names none; default <see langword="null"/>: such a client is refused.</summary>
    public string? NoAuthUser { get; init; }

    /// <summary>Limits of accounts; accounts that only users name need no entry.</summary>
    public IReadOnlyList<NatsTestServerAccount> Accounts { get; init; } = [];

    /// <summary>The certificate and what is asked of clients, on the WebSocket port too; <see langword="null"/> (default): no TLS.</summary>
    public SslServerAuthenticationOptions? Tls { get; init; }

    /// <summary>Whether the TLS handshake comes before INFO; default <see langword="false"/>: after it.</summary>
    public bool TlsFirst { get; init; }

    /// <summary>Between the announcement of lame duck mode and the first closed client; default 10 s.</summary>
    public TimeSpan LameDuckGracePeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From the announcement of lame duck mode to the last closed client; default 2 min.</summary>
    public TimeSpan LameDuckDuration { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The WebSocket port on 127.0.0.1; 0 takes a free one, <see langword="null"/> (default) opens none.</summary>
    public int? WebSocketPort { get; init; }

    /// <summary>The monitoring port on 127.0.0.1; 0 takes a free one, <see langword="null"/> (default) opens none.</summary>
    public int? MonitoringPort { get; init; }

    /// <summary>How many published messages are kept for assertions; default 1,000. With 0 publishing allocates nothing.</summary>
    public int PublishedCapacity { get; init; } = 1000;

    /// <summary>How many received and sent chunks of bytes the transcript keeps; 0 (default) keeps none.</summary>
    public int TranscriptCapacity { get; init; }

    /// <summary>The clock; default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
