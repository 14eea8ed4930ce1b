using System.ComponentModel;
using System.Text;
using System.Threading.Channels;
using Earshot.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Earshot;

/// <summary>
/// Everything a connection can be told. Immutable; nothing changes after the connection was made. All problems are reported
/// when the connection is constructed, before anything is sent.
/// </summary>
public sealed record NatsOpts
{
    /// <summary>All defaults; a new object each time, so that nothing can change the defaults of others (configuration binders set init-only properties).</summary>
    public static NatsOpts Default => new();

    /// <summary>One URL or several, comma-separated. Default: <c>nats://localhost:4222</c>. Schemes: nats, tls, ws, wss. Credentials in it are never printed.</summary>
    public string Url { get; init; } = "nats://localhost:4222";

    /// <summary>Name of the connection in the server's monitoring, at most 1,024 bytes. Default: <c>Earshot .NET client</c>.</summary>
    public string Name { get; init; } = "Earshot .NET client";

    /// <summary>Own messages reach own subscriptions. Default: true.</summary>
    public bool Echo { get; init; } = true;

    /// <summary>The server acknowledges every operation; only for diagnosis. Default: false.</summary>
    public bool Verbose { get; init; }

    /// <summary>Headers, and with them no-responders replies, are used where the server has them; when false, a message with headers is a protocol error. Default: true.</summary>
    public bool Headers { get; init; } = true;

    /// <summary>Names of received headers that differ in case only are different names. Headers that are made by hand: <see cref="NatsHeaders(bool)"/>. Default: false.</summary>
    public bool CaseSensitiveHeaders { get; init; }

    /// <summary>Who the client is. Default: anonymous, or what stands in the URL.</summary>
    public NatsAuthOpts AuthOpts { get; init; } = new();

    /// <summary>When TLS is used and how both ends prove who they are. Default: where the URL or the server asks for it.</summary>
    public NatsTlsOpts TlsOpts { get; init; } = new();

    /// <summary>What ws:// and wss:// URLs need besides. Default: nothing.</summary>
    public NatsWebSocketOpts WebSocketOpts { get; init; } = new();

    /// <summary>Makes the connections instead of TCP: pipes, tunnels, in-process servers. TLS and WebSocket go on top. Default: null (TCP).</summary>
    public INatsSocketConnectionFactory? SocketConnectionFactory { get; init; }

    /// <summary>Says where a server is really dialled; certificates are still checked for the server's own name. Runs on the thread pool, at most <see cref="ConnectTimeout"/>. Default: null.</summary>
    public Func<(string Host, int Port), ValueTask<(string Host, int Port)>>? OnConnectingAsync { get; init; }

    /// <summary>Is shown each dialled connection before anything is sent and returns it, or another one around it. Runs as <see cref="OnConnectingAsync"/>. Default: null.</summary>
    public Func<INatsSocketConnection, ValueTask<INatsSocketConnection>>? OnSocketAvailableAsync { get; init; }

    /// <summary>A proxy for all connections: <c>http://host:port</c> (CONNECT) or <c>socks5://host:port</c>, with <c>user:password@</c> if it wants that. Names are resolved by the proxy. Default: null (none).</summary>
    public Uri? ProxyUrl { get; init; }

    /// <summary>Turns payloads into values and back. Default: bytes and primitives; <see cref="NatsClient"/> adds JSON.</summary>
    public INatsSerializerRegistry SerializerRegistry { get; init; } = NatsDefaultSerializerRegistry.Default;

    /// <summary>Where the events are logged; the event id is the event's kind. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>First token(s) of reply inboxes, at most 1,024 bytes; empty: inboxes have none. Default: <c>_INBOX</c>.</summary>
    public string InboxPrefix { get; init; } = "_INBOX";

    /// <summary>Servers and addresses are tried in the order given. Default: false (random order, ADR-40).</summary>
    public bool NoRandomize { get; init; }

    /// <summary>How long one attempt to connect may take, from the name to the server's PONG. Default: 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A dial without progress for this long is joined by a second one; when both are, one of them may be replaced by a server that the round has not dialled. Default: 250 ms.</summary>
    public TimeSpan ConnectHedgeDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>A failed first connect goes on trying instead of throwing. Default: false (ADR-40).</summary>
    public bool RetryOnInitialConnect { get; init; }

    /// <summary>Maximum number of servers dialled in one outage before the connection gives up, all addresses of a name being one try; -1: no limit; 0: does not reconnect. Default: -1.</summary>
    public int MaxReconnectRetry { get; init; } = -1;

    /// <summary>Failed attempts in a row after which one server is parked when another one accepts: it is then dialled only after all others have failed; 0: never. Default: 60.</summary>
    public int MaxReconnectPerServer { get; init; } = 60;

    /// <summary>How long one outage may last before the connection gives up. Default: null (no limit).</summary>
    public TimeSpan? ReconnectTimeLimit { get; init; }

    /// <summary>Longest wait after the first round of attempts failed; doubles from there. Waits are random below the limit. Above the default of <see cref="ReconnectWaitMax"/> it raises that. Default: 250 ms.</summary>
    public TimeSpan ReconnectWaitMin { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest wait between rounds of attempts. Default: 5 s.</summary>
    public TimeSpan ReconnectWaitMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A session must last this long before the waits start over. Default: 10 s.</summary>
    public TimeSpan ReconnectBackoffResetAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Decides the wait before each round after the first (argument: rounds done). Runs on the thread pool, at most <see cref="ConnectTimeout"/>. Default: null.</summary>
    public Func<int, CancellationToken, ValueTask<TimeSpan>>? ReconnectDelay { get; init; }

    /// <summary>Chooses the server of each attempt (ADR-40); null as answer: the pool's own order. Runs on the thread pool, at most <see cref="ConnectTimeout"/>. Default: null.</summary>
    public Func<IReadOnlyList<NatsServer>, INatsServerInfo?, CancellationToken, ValueTask<NatsServerChoice?>>? ServerSelector { get; init; }

    /// <summary>Addresses that servers advertise are not used. Default: false.</summary>
    public bool IgnoreDiscoveredServers { get; init; }

    /// <summary>Asked for each advertised host and port; false keeps it out of the pool. Runs on the thread pool, at most <see cref="ConnectTimeout"/> for all addresses of one INFO. Default: null (all that are well-formed).</summary>
    public Func<string, int, bool>? DiscoveredServerFilter { get; init; }

    /// <summary>Refused credentials never end the connecting, not even those that stand in the options and were never accepted. Default: false.</summary>
    public bool IgnoreAuthErrorAbort { get; init; }

    /// <summary>What to do when the server announces its shutdown (ADR-5). Default: move to another server before it throws everybody out.</summary>
    public NatsLameDuckPolicy LameDuckPolicy { get; init; } = NatsLameDuckPolicy.Migrate;

    /// <summary>The servers' <c>lame_duck_grace_period</c>; the move happens at a random moment of its first half. Default: 10 s, as the server's.</summary>
    public TimeSpan LameDuckGracePeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time between keep-alive PINGs. Default: 10 s.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Unanswered PINGs after which an idle connection is dead. Default: 2.</summary>
    public int MaxPingOut { get; init; } = 2;

    /// <summary>
    /// With a request, flush or unsent bytes outstanding, a silent server is asked for a sign of life after this time; publishes that no
    /// PONG has covered for this time get a PING as well. Default: 2 s.
    /// </summary>
    public TimeSpan ProbeDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Time to answer it, from when the TCP of the server has confirmed the question, or since a slow link last took a byte. Where the system
    /// does not say what was confirmed, the connection is given up after four times this time of silence. Default: 5 s.
    /// </summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one write to the socket may take. Default: 10 s.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long sent bytes may stay unacknowledged (TCP_USER_TIMEOUT; Linux only). Default: 20 s.</summary>
    public TimeSpan TcpUserTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Bytes that gather behind a running write before publishers wait. Default: 256 KiB.</summary>
    public int WriterBufferSize { get; init; } = 256 * 1024;

    /// <summary>Bytes of publishes kept while there is no session. Default: 8 MiB.</summary>
    public long PendingBufferSize { get; init; } = 8 * 1024 * 1024;

    /// <summary>What a publish does without a session: wait for room, fail when the buffer is full, or not be buffered at all, when it only waits out a planned move. Default: wait.</summary>
    public NatsPendingBufferPolicy PendingBufferPolicy { get; init; } = NatsPendingBufferPolicy.Wait;

    /// <summary>How long a publish, subscribe, ping or flush may wait. Default: 5 s.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a request may take: connecting, sending and the reply together. Default: 5 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Accepted for code that sets it. Both ways share one inbox subscription per connection here, so it changes nothing. Default: direct.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public NatsRequestReplyMode RequestReplyMode { get; init; } = NatsRequestReplyMode.Direct;

    /// <summary>What happens to requests that a lost session carried. Default: they fail at once, outcome unknown.</summary>
    public NatsRequestFailMode RequestsOnDisconnect { get; init; } = NatsRequestFailMode.FailImmediately;

    /// <summary>Messages that may wait in one subscription. Default: 65,536.</summary>
    public int SubPendingChannelCapacity { get; init; } = 65_536;

    /// <summary>Bytes that may wait in one subscription. Default: 64 MiB.</summary>
    public long SubPendingBytesLimit { get; init; } = 64L * 1024 * 1024;

    /// <summary>What happens to messages above the limits. Default: the new one is dropped.</summary>
    public BoundedChannelFullMode SubPendingChannelFullMode { get; init; } = BoundedChannelFullMode.DropNewest;

    /// <summary>Slow consumers and their dropped messages are not logged; the events come all the same. Default: false.</summary>
    public bool SuppressSlowConsumerWarnings { get; init; }

    /// <summary>
    /// Longest control line of SUB, PUB and HPUB in bytes, subjects and queue group included; a longer one is refused with an
    /// <see cref="ArgumentException"/>, because the server would close the connection over it. Raise it when the server's own
    /// <c>max_control_line</c> is higher. 64 to 65,000. Default: 4,096, the server's default.
    /// </summary>
    public int MaxControlLine { get; init; } = 4096;

    /// <summary>How long draining may take, handling what was received included. Default: 20 s, below the 30 s that a host gives its services.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long a drain goes on accepting publishes after everything was read, within <see cref="DrainTimeout"/>, when messages were read
    /// with <c>ReadAsync</c> or <c>TryRead</c>: nothing shows when the handling of those ends. A message of an <c>await foreach</c> is
    /// waited for instead. Zero: not at all. Default: 1 s.
    /// </summary>
    public TimeSpan DrainGracePeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Disposing drains first, so that everything received is read. Default: false.</summary>
    public bool DrainSubscriptionsOnDispose { get; init; }

    /// <summary>Listeners that hear everything from the first event on. Default: none.</summary>
    public IReadOnlyList<INatsConnectionListener> ConnectionListeners { get; init; } = [];

    /// <summary>Single callbacks, as other NATS clients have them. Read once, when the connection is made.</summary>
    public NatsEventCallbacks Events { get; init; } = new();

    /// <summary>
    /// Events that the journal keeps: so many lossless and so many coalescable ones. Those of the lifecycle, the cluster and drains have 128
    /// places of their own. Default: 1,024.
    /// </summary>
    public int EventCapacity { get; init; } = 1024;

    /// <summary>How long closing waits for handlers that are still at work. Default: 2 s.</summary>
    public TimeSpan EventDrainTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A handler that runs longer is reported. Default: 1 s.</summary>
    public TimeSpan HandlerStallThreshold { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Faults in a row after which a handler is detached, which is reported; 0: never. Default: 0.</summary>
    public int DetachHandlerAfterFaults { get; init; }

    /// <summary>The clock of everything. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Largest message from the server, headers and payload, in bytes; a larger one ends the session as a protocol error. Default: 64 MiB.</summary>
    public int MaxPayloadHardCap { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long <see cref="INatsSub{T}.DrainAsync"/> waits for the server's confirmation, within <see cref="DrainTimeout"/>. Default: 5 s.</summary>
    public TimeSpan DrainPingTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long disposing may drain with <see cref="DrainSubscriptionsOnDispose"/>. Default: null (<see cref="DrainTimeout"/>).</summary>
    public TimeSpan? ConsumerDrainOnDisposeTimeout { get; init; }

    /// <summary>Accepted for code that sets it; changes nothing, because waits between attempts are random over their whole length. Default: 100 ms.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public TimeSpan ReconnectJitter { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Accepted for code that sets it; changes nothing. <see cref="INatsConnection.FlushAsync(CancellationToken)"/> waits until all was sent. Default: false.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public bool WaitUntilSent { get; init; }

    /// <summary>Accepted for code that sets it; changes nothing, because there is no pool of that kind. Default: 256.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public int ObjectPoolSize { get; init; } = 256;

    /// <summary>Accepted for code that sets it; changes nothing, because the receive buffer grows as it is needed. Default: 64 KiB.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public int ReaderBufferSize { get; init; } = 65_536;

    /// <summary>Accepted for code that sets it; changes nothing, because subjects are UTF-8. Default: UTF-8.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Encoding SubjectEncoding { get; init; } = Encoding.UTF8;

    /// <summary>Accepted for code that sets it; changes nothing, because header values are UTF-8, of which ASCII is a part. Default: UTF-8.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Encoding HeaderEncoding { get; init; } = Encoding.UTF8;

    /// <summary>Accepted for code that sets it; changes nothing, because no application code ever runs on the read loop. Default: false.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public bool UseThreadPoolCallback { get; init; }

    /// <summary>Accepted for code that sets it; changes nothing, because a forgotten subscription ends when it is collected. Default: 5 min.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public TimeSpan SubscriptionCleanUpInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Accepted for code that sets it; changes nothing, because no publish waits longer than <see cref="CommandTimeout"/>. Default: false.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public bool PublishTimeoutOnDisconnected { get; init; }

    /// <summary>Accepted for code that sets it; changes nothing, because subjects are always checked. Default: false.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public bool SkipSubjectValidation { get; init; }

    /// <summary>Options from a context of the nats tool (ADR-21); what it names by path is read at each attempt.</summary>
    /// <param name="name">The context; null: the selected one.</param>
    /// <param name="folder">The folder with <c>context.txt</c> and <c>context/</c>; null: <c>$XDG_CONFIG_HOME/nats</c> or <c>~/.config/nats</c>.</param>
    /// <returns>All defaults but what the context sets.</returns>
    /// <exception cref="NatsCredentialsException">There is no such context, or it holds what this client cannot use.</exception>
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

    /// <summary>The options without their secrets.</summary>
    /// <returns>Name and servers.</returns>
    public override string ToString() => $"NatsOpts {{ Name = {Name} }}";
}
