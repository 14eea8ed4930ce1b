using System.ComponentModel;
using System.Text;
using System.Threading.Channels;
using Earshot.Authentication;
using Earshot.Timing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Earshot;

/// <summary>The options of a connection. Immutable; a change after the connection was created has no effect.</summary>
/// <remarks>The constructor of the connection validates all options and throws before anything is sent.</remarks>
public sealed record NatsOpts
{
    private NatsEventCallbacks? _events; // made by the first use, so that options without callbacks are equal

    /// <summary>Default options; a new object each time, so that configuration binders cannot change the defaults of others.</summary>
    public static NatsOpts Default => new();

    /// <summary>
    /// Server URL, or several separated by commas, with the scheme nats, tls, ws or wss. Credentials in it are never printed. Default:
    /// <c>nats://localhost:4222</c>.
    /// </summary>
    public string Url { get; init; } = "nats://localhost:4222";

    /// <summary>Name of the connection in the monitoring of the server, at most 1,024 bytes. Default: <c>Earshot .NET client</c>.</summary>
    public string Name { get; init; } = "Earshot .NET client";

    /// <summary>
    /// Whether the server sees the name with six hexadecimal digits of the process and the number of the connection in it, such as
    /// <c>orders-api#7f3c9a.2</c>. Logs and metrics have the name without them. Default: false.
    /// </summary>
    public bool UniqueName { get; init; }

    /// <summary>Whether the server delivers messages that this connection publishes to its own subscriptions (CONNECT <c>echo</c>). Default: true.</summary>
    public bool Echo { get; init; } = true;

    /// <summary>Whether the server acknowledges every operation with +OK (CONNECT <c>verbose</c>); for diagnosis only. Default: false.</summary>
    public bool Verbose { get; init; }

    /// <summary>
    /// Whether headers and no-responders replies are used with servers that support them; when false, a message with headers is a protocol
    /// error. Default: true.
    /// </summary>
    public bool Headers { get; init; } = true;

    /// <summary>
    /// Whether names of received headers that differ only in case are different names. For headers that the application creates:
    /// <see cref="NatsHeaders(bool)"/>. Default: false.
    /// </summary>
    public bool CaseSensitiveHeaders { get; init; }

    /// <summary>Authentication options. Default: the user info of the URL, otherwise anonymous.</summary>
    public NatsAuthOpts AuthOpts { get; init; } = new();

    /// <summary>TLS options. Default: TLS where the URL or the server requires it.</summary>
    public NatsTlsOpts TlsOpts { get; init; } = new();

    /// <summary>WebSocket options, for ws:// and wss:// URLs. Default: no additional headers.</summary>
    public NatsWebSocketOpts WebSocketOpts { get; init; } = new();

    /// <summary>
    /// Factory of transport connections that replace TCP, such as pipes or tunnels; TLS and WebSocket run on top of them. Default: null
    /// (TCP).
    /// </summary>
    /// <remarks><see cref="ProxyUrl"/> is not used with a factory.</remarks>
    public INatsSocketConnectionFactory? SocketConnectionFactory { get; init; }

    /// <summary>
    /// Callback that returns the host and port to dial in place of those of the server; certificates are still checked for the server's own
    /// name. Default: null.
    /// </summary>
    /// <remarks>Runs on the thread pool, for at most <see cref="ConnectTimeout"/>.</remarks>
    public Func<(string Host, int Port), ValueTask<(string Host, int Port)>>? OnConnectingAsync { get; init; }

    /// <summary>Callback that receives each transport connection before anything is sent and returns it, or a wrapper around it. Default: null.</summary>
    /// <remarks>Runs on the thread pool, for at most <see cref="ConnectTimeout"/>.</remarks>
    public Func<INatsSocketConnection, ValueTask<INatsSocketConnection>>? OnSocketAvailableAsync { get; init; }

    /// <summary>
    /// Proxy for all connections: <c>http://host:port</c> (CONNECT) or <c>socks5://host:port</c>, with <c>user:password@</c> if required.
    /// The proxy resolves host names. Default: null (none).
    /// </summary>
    public Uri? ProxyUrl { get; init; }

    /// <summary>Registry of the serializers for calls that pass none. Default: bytes and primitives; <see cref="NatsClient"/> adds JSON.</summary>
    public INatsSerializerRegistry SerializerRegistry { get; init; } = NatsDefaultSerializerRegistry.Default;

    /// <summary>Factory of the logger that events are written to; the event id of a log entry is the kind of the event. Default: no logging.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Prefix of reply inboxes, at most 1,024 bytes; an empty text means no prefix. Default: <c>_INBOX</c>.</summary>
    public string InboxPrefix { get; init; } = "_INBOX";

    /// <summary>Whether servers and addresses are tried in the given order rather than in random order (ADR-40). Default: false.</summary>
    public bool NoRandomize { get; init; }

    /// <summary>Timeout of one connect attempt, from name resolution to the server's PONG. Default: 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Delay after which a second connect attempt is started in parallel (happy eyeballs, RFC 8305). Default: 250 ms.</summary>
    /// <remarks>
    /// At most two attempts run at a time; when neither makes progress, one of them may be replaced by an attempt on a server that the
    /// round has not tried.
    /// </remarks>
    public TimeSpan ConnectHedgeDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Whether the first connect is retried instead of failing when no server accepts the client (ADR-40). Default: false.</summary>
    public bool RetryOnInitialConnect { get; init; }

    /// <summary>
    /// Maximum number of server attempts in one outage before the connection gives up; all addresses of a host name count as one attempt.
    /// -1: no limit; 0: never reconnect. Default: -1.
    /// </summary>
    public int MaxReconnectRetry { get; init; } = -1;

    /// <summary>
    /// Consecutive failed attempts on the addresses of one server after which the server is parked once another server has accepted the
    /// client; it is then tried only after all others have failed. 0: never. Default: 60.
    /// </summary>
    public int MaxReconnectPerServer { get; init; } = 60;

    /// <summary>Maximum duration of an outage before the connection gives up. Default: null (no limit).</summary>
    public TimeSpan? ReconnectTimeLimit { get; init; }

    /// <summary>
    /// Upper limit of the random delay after the first failed round of attempts; it doubles with each round up to
    /// <see cref="ReconnectWaitMax"/>. Default: 250 ms.
    /// </summary>
    /// <remarks>A value above the default of <see cref="ReconnectWaitMax"/> raises that limit as well.</remarks>
    public TimeSpan ReconnectWaitMin { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Upper limit of the random delay between rounds of connect attempts. Default: 5 s.</summary>
    public TimeSpan ReconnectWaitMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Duration of a session after which the back-off starts from <see cref="ReconnectWaitMin"/> again. Default: 10 s.</summary>
    public TimeSpan ReconnectBackoffResetAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Callback that returns the delay before each round after the first; its argument is the number of completed rounds. Default: null
    /// (back-off).
    /// </summary>
    /// <remarks>Runs on the thread pool, for at most <see cref="ConnectTimeout"/>.</remarks>
    public Func<int, CancellationToken, ValueTask<TimeSpan>>? ReconnectDelay { get; init; }

    /// <summary>Callback that selects the server of each attempt (ADR-40); a null result leaves the order to the pool. Default: null.</summary>
    /// <remarks>Runs on the thread pool, for at most <see cref="ConnectTimeout"/>.</remarks>
    public Func<IReadOnlyList<NatsServer>, INatsServerInfo?, CancellationToken, ValueTask<NatsServerChoice?>>? ServerSelector { get; init; }

    /// <summary>Whether addresses that servers advertise are ignored. Default: false.</summary>
    public bool IgnoreDiscoveredServers { get; init; }

    /// <summary>Callback that decides whether an advertised host and port joins the pool. Default: null (all that are well-formed).</summary>
    /// <remarks>Runs on the thread pool, for at most <see cref="ConnectTimeout"/> for all addresses of one INFO.</remarks>
    public Func<string, int, bool>? DiscoveredServerFilter { get; init; }

    /// <summary>Whether rejected credentials never end the search, not even static credentials that were never accepted. Default: false.</summary>
    public bool IgnoreAuthErrorAbort { get; init; }

    /// <summary>What the connection does when its server enters lame duck mode (ADR-5). Default: migrate to another server.</summary>
    public NatsLameDuckPolicy LameDuckPolicy { get; init; } = NatsLameDuckPolicy.Migrate;

    /// <summary>
    /// Grace period of the servers (<c>lame_duck_grace_period</c>); the migration starts at a random time in its first half. Default: 10 s,
    /// as the server's.
    /// </summary>
    public TimeSpan LameDuckGracePeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Interval between keep-alive PINGs. Default: 10 s.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Number of unanswered PINGs after which an idle connection is declared stale. Default: 2.</summary>
    public int MaxPingOut { get; init; } = 2;

    /// <summary>
    /// Time without inbound data, while a request, flush or unsent bytes are outstanding, after which a liveness probe is sent. Default: 2
    /// s.
    /// </summary>
    /// <remarks>A PING is also sent when publishes have not been covered by a PONG for this time.</remarks>
    public TimeSpan ProbeDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Time without inbound data, while a reply or flush is outstanding, after which the connection is declared stale. Default: 5 s.</summary>
    /// <remarks>
    /// It begins when the server's TCP has acknowledged the probe, or when a slow connection last accepted a byte. Where the system does not
    /// report acknowledgements, the connection is declared stale after four times this duration.
    /// </remarks>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time within which a frame of the server must be received completely, or 64 KiB of it; otherwise the connection is declared stale. Default: 60 s.</summary>
    /// <remarks>It begins again with each 64 KiB, so that a large message on a slow connection is received as long as it makes progress.</remarks>
    public TimeSpan FrameTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Timeout of one write to the socket. Default: 10 s.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Maximum time that sent bytes may remain unacknowledged (TCP_USER_TIMEOUT; Linux only). Default: 20 s.</summary>
    public TimeSpan TcpUserTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Bytes that may accumulate behind a write in progress before publishers wait. Default: 256 KiB.</summary>
    public int WriterBufferSize { get; init; } = 256 * 1024;

    /// <summary>Size of the pending buffer in bytes: publishes that wait for a session. Default: 8 MiB.</summary>
    public long PendingBufferSize { get; init; } = 8 * 1024 * 1024;

    /// <summary>
    /// What a publish does without a session: wait for space, fail when the buffer is full, or not be buffered at all except during a
    /// planned migration. Default: wait.
    /// </summary>
    public NatsPendingBufferPolicy PendingBufferPolicy { get; init; } = NatsPendingBufferPolicy.Wait;

    /// <summary>Timeout of a publish, subscribe, ping or flush. Default: 5 s.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Timeout of a request, for connecting, sending and the reply together. Default: 5 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Accepted for source compatibility without effect: all requests of a connection share one inbox subscription. Default: direct.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public NatsRequestReplyMode RequestReplyMode { get; init; } = NatsRequestReplyMode.Direct;

    /// <summary>What happens to requests in flight when the session is lost. Default: they fail immediately with an unknown outcome.</summary>
    public NatsRequestFailMode RequestsOnDisconnect { get; init; } = NatsRequestFailMode.FailImmediately;

    /// <summary>Maximum number of messages queued in one subscription. Default: 65,536.</summary>
    public int SubPendingChannelCapacity { get; init; } = 65_536;

    /// <summary>Maximum payload bytes queued in one subscription. Default: 64 MiB.</summary>
    public long SubPendingBytesLimit { get; init; } = 64L * 1024 * 1024;

    /// <summary>What happens to a message that exceeds the limits of its subscription. Default: the new message is dropped.</summary>
    public BoundedChannelFullMode SubPendingChannelFullMode { get; init; } = BoundedChannelFullMode.DropNewest;

    /// <summary>Whether slow consumers and dropped messages are left out of the log; the events are raised in any case. Default: false.</summary>
    public bool SuppressSlowConsumerWarnings { get; init; }

    /// <summary>
    /// Maximum length of a SUB, PUB or HPUB control line in bytes, subjects and queue group included, from 64 to 65,000. Default: 4,096,
    /// the server's default.
    /// </summary>
    /// <remarks>
    /// A longer line is refused with an <see cref="ArgumentException"/>, because the server would close the connection. Raise it when the
    /// server's own <c>max_control_line</c> is higher.
    /// </remarks>
    public int MaxControlLine { get; init; } = 4096;

    /// <summary>Timeout of a drain, including the processing of received messages. Default: 20 s, below the 30 s that a host gives its services.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Time that a drain continues to accept publishes after everything was read, within <see cref="DrainTimeout"/>. Zero: none. Default: 1
    /// s.
    /// </summary>
    /// <remarks>
    /// It applies when messages were read with <c>ReadAsync</c> or <c>TryRead</c>, because nothing shows when their processing ends. For a
    /// message of an <c>await foreach</c> the drain waits instead.
    /// </remarks>
    public TimeSpan DrainGracePeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether disposing the connection drains it first, so that every received message is processed. Default: false.</summary>
    public bool DrainSubscriptionsOnDispose { get; init; }

    /// <summary>Listeners that receive every event from the first one on. Default: none.</summary>
    public IReadOnlyList<INatsConnectionListener> ConnectionListeners { get; init; } = [];

    /// <summary>Callbacks for single events. They are read once, when the connection is created. Default: none set.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public NatsEventCallbacks Events
    {
        get => Lazily.Get(ref _events);
        init => _events = value ?? throw new ArgumentNullException(nameof(Events));
    }

    /// <summary>Null while no code has used the property.</summary>
    internal NatsEventCallbacks? EventsIfUsed => Volatile.Read(ref _events);

    /// <summary>Number of events that the journal keeps, for lossless and for coalescable events each. Default: 1,024.</summary>
    /// <remarks>Events of the lifecycle, the cluster and drains have 128 additional places.</remarks>
    public int EventCapacity { get; init; } = 1024;

    /// <summary>Time that closing waits for handlers that are still running. Default: 2 s.</summary>
    public TimeSpan EventDrainTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Duration of a handler call after which <see cref="NatsListenerStalledEvent"/> is raised. Default: 1 s.</summary>
    public TimeSpan HandlerStallThreshold { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Consecutive faults after which a handler is detached, which is reported; 0: never. Default: 0.</summary>
    public int DetachHandlerAfterFaults { get; init; }

    /// <summary>Time source for all timers and timestamps. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Maximum size of a received message in bytes, headers and payload together; a larger one ends the session as a protocol error. Default: 64 MiB.</summary>
    public int MaxPayloadHardCap { get; init; } = 64 * 1024 * 1024;

    /// <summary>Time that <see cref="INatsSub{T}.DrainAsync"/> waits for the PONG of the server, within <see cref="DrainTimeout"/>. Default: 5 s.</summary>
    public TimeSpan DrainPingTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Timeout of the drain when the connection is disposed with <see cref="DrainSubscriptionsOnDispose"/>. Default: null (<see cref="DrainTimeout"/>).</summary>
    public TimeSpan? ConsumerDrainOnDisposeTimeout { get; init; }

    /// <summary>Accepted for source compatibility without effect: the delays between attempts are random over their whole length. Default: 100 ms.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public TimeSpan ReconnectJitter { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Accepted for source compatibility without effect: <see cref="INatsConnection.FlushAsync(CancellationToken)"/> waits until everything was sent. Default: false.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public bool WaitUntilSent { get; init; }

    /// <summary>Accepted for source compatibility without effect: there is no such pool. Default: 256.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public int ObjectPoolSize { get; init; } = 256;

    /// <summary>Accepted for source compatibility without effect: the receive buffer grows as needed. Default: 64 KiB.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public int ReaderBufferSize { get; init; } = 65_536;

    /// <summary>Accepted for source compatibility without effect: subjects are encoded as UTF-8. Default: UTF-8.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Encoding SubjectEncoding { get; init; } = Encoding.UTF8;

    /// <summary>Accepted for source compatibility without effect: header values are encoded as UTF-8, which includes ASCII. Default: UTF-8.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Encoding HeaderEncoding { get; init; } = Encoding.UTF8;

    /// <summary>Accepted for source compatibility without effect: application code never runs on the read loop. Default: false.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public bool UseThreadPoolCallback { get; init; }

    /// <summary>Accepted for source compatibility without effect: an abandoned subscription ends when it is garbage-collected. Default: 5 min.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public TimeSpan SubscriptionCleanUpInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Accepted for source compatibility without effect: no publish waits longer than <see cref="CommandTimeout"/>. Default: false.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public bool PublishTimeoutOnDisconnected { get; init; }

    /// <summary>Accepted for source compatibility without effect: subjects are always validated. Default: false.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public bool SkipSubjectValidation { get; init; }

    /// <summary>Creates options from a context of the nats command-line tool (ADR-21). Files that the context names are read at each attempt.</summary>
    /// <param name="name">The name of the context; null: the selected one.</param>
    /// <param name="folder">The folder with <c>context.txt</c> and <c>context/</c>; null: <c>$XDG_CONFIG_HOME/nats</c> or <c>~/.config/nats</c>.</param>
    /// <returns>Default options with the settings of the context.</returns>
    /// <exception cref="NatsCredentialsException">The context does not exist, or has a setting that this client does not support.</exception>
    public static NatsOpts FromContext(string? name = null, string? folder = null)
    {
        var context = ContextFile.Read(name, folder);
        NatsOpts opts = Default;
        return opts with
        {
            AuthOpts = context.Auth,
            TlsOpts = new NatsTlsOpts
            {
                CertFile = context.CertFile,
                KeyFile = context.KeyFile,
                CaFile = context.CaFile,
                Mode = context.IsTlsFirst ? TlsMode.Implicit : TlsMode.Auto,
            },
            Url = context.Url ?? opts.Url,
            InboxPrefix = context.InboxPrefix ?? opts.InboxPrefix,
            ProxyUrl = context.SocksProxy ?? opts.ProxyUrl,
        };
    }

    /// <summary>Returns the name of the connection, without any secret.</summary>
    /// <returns>A text such as <c>NatsOpts { Name = orders }</c>.</returns>
    public override string ToString() => $"NatsOpts {{ Name = {Name} }}";
}
