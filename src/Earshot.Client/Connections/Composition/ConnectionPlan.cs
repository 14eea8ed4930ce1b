using Earshot.Authentication;
using Earshot.Events;
using Earshot.Lifecycle;
using Earshot.Outbound;
using Earshot.Protocol;
using Earshot.Servers;
using Earshot.Sessions;
using Earshot.Transport;

namespace Earshot.Connections;

/// <summary>
/// What follows from the options alone: checked, parsed and sorted by part. Made once for equal options and shared by all connections with
/// them, because ten thousand of them should not hold it ten thousand times. It holds nothing of any of them.
/// </summary>
internal sealed class ConnectionPlan
{
    private static readonly SharedPlans s_plans = new();

#pragma warning disable RS0030 // All other code takes a Random; this is the shared instance, because one for each connection is 72 bytes.
    /// <summary>Safe for use from any thread.</summary>
    public static readonly Random Chance = Random.Shared;
#pragma warning restore RS0030

    private ConnectionPlan(NatsOpts opts)
    {
        OptionChecks.ThrowIfInvalid(opts);
        Opts = opts = OwnCopy(opts);
        Servers = ServersOf(opts);
        TlsRules.Validate(opts.TlsOpts, Servers.Select(server => server.Scheme));
        bool isOrdered = opts.NoRandomize || Servers.Count == 1;
        Pool = isOrdered ? ServerPool.Create(Servers, !opts.NoRandomize, Chance) : null;
        Machine = MachineOptions(opts, Servers);
        WithoutEffect = OptionsWithoutEffect.Of(opts);
        Journal = JournalOptions(opts);
        Outbound = new OutboundOptions
        {
            Limit = opts.PendingBufferSize,
            WriteThreshold = opts.WriterBufferSize,
            FullBatchSize = WriteBatch.FullBatchSize,
            Policy = opts.PendingBufferPolicy,
            DeclinesHeaders = !opts.Headers,
        };
        Session = new SessionOptions
        {
            InboxPrefix = opts.InboxPrefix,
            PingInterval = OptionTimes.Interval(opts.PingInterval),
            MaxPingsOut = opts.MaxPingOut,
            ProbeDelay = OptionTimes.Of(opts.ProbeDelay),
            ProbeTimeout = OptionTimes.Of(opts.ProbeTimeout),
            FrameTimeout = OptionTimes.Of(opts.FrameTimeout),
            WriteTimeout = OptionTimes.Of(opts.WriteTimeout),
            DrainGracePeriod = opts.DrainGracePeriod,
            Reconnects = opts.MaxReconnectRetry != 0,
            StallThreshold = SessionOptions.PauseThreshold,
            CollectorPauses = GC.GetTotalPauseDuration,
            Limits = Limits(opts),
        };
        Loop = LoopOptions(opts, Dialer(opts));
    }

    /// <summary>The options, in objects that no code of the application has.</summary>
    public NatsOpts Opts { get; }

    public IReadOnlyList<ServerAddress> Servers { get; }

    /// <summary>Null where each connection has its servers in an order of its own.</summary>
    public ServerPool? Pool { get; }

    public MachineOptions Machine { get; }

    /// <summary>What is set and changes nothing, in words.</summary>
    public IReadOnlyList<string> WithoutEffect { get; }

    public JournalOptions Journal { get; }

    public OutboundOptions Outbound { get; }

    public SessionOptions Session { get; }

    public LoopOptions Loop { get; }

    /// <exception cref="ArgumentException">An option or URL is not valid.</exception>
    public static ConnectionPlan For(NatsOpts opts)
    {
        ArgumentNullException.ThrowIfNull(opts);
        return s_plans.GetOrAdd(opts, static given => new ConnectionPlan(given));
    }

    // Binders of configuration set properties of options that exist already, whose plan would then be found for other values.
    private static NatsOpts OwnCopy(NatsOpts opts) =>
        opts with { AuthOpts = opts.AuthOpts with { }, TlsOpts = opts.TlsOpts with { }, WebSocketOpts = opts.WebSocketOpts with { } };

    private static IReadOnlyList<ServerAddress> ServersOf(NatsOpts opts)
    {
        try
        {
            return ConnectionComposition.ParseServers([opts.Url]);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"NatsOpts.Url cannot be used: {e.Message}", nameof(opts.Url), e);
        }
    }

    private static ProtocolLimits Limits(NatsOpts opts)
    {
        ProtocolLimits limits = opts.Headers ? ProtocolLimits.Default : ProtocolLimits.WithoutHeaders;
        return opts.MaxPayloadHardCap == limits.MaxMessage ? limits : limits with { MaxMessage = opts.MaxPayloadHardCap };
    }

    private static ITransportDialer Dialer(NatsOpts opts)
    {
        if (opts.SocketConnectionFactory is { } factory)
        {
            return new FactoryDialer((uri, ct) => factory.ConnectAsync(uri, opts, ct));
        }

        var tcp = new TcpDialer(new TransportOptions { TcpUserTimeout = opts.TcpUserTimeout }, opts.TimeProvider);
        return opts.ProxyUrl is { } proxy ? new ProxyDialer(tcp, proxy) : tcp;
    }

    private static MachineOptions MachineOptions(NatsOpts opts, IReadOnlyList<ServerAddress> servers) => new()
    {
        HedgeAfter = OptionTimes.Of(opts.ConnectHedgeDelay),
        ReconnectWaitMin = OptionTimes.Wait(opts.ReconnectWaitMin),
        ReconnectWaitMax = OptionChecks.ReconnectWaitMax(opts),
        StableAfter = OptionTimes.Of(opts.ReconnectBackoffResetAfter),
        MaxReconnects = opts.MaxReconnectRetry,
        MaxAttemptsPerServer = opts.MaxReconnectPerServer,
        ReconnectTimeLimit = opts.ReconnectTimeLimit == Timeout.InfiniteTimeSpan ? null : opts.ReconnectTimeLimit,
        RetryOnInitialConnect = opts.RetryOnInitialConnect,
        IgnoreAuthErrorAbort = opts.IgnoreAuthErrorAbort,
        RenewBeforeExpiry = opts.AuthOpts.RenewBeforeExpiry,
        AreCredentialsDynamic = opts.AuthOpts.IsDynamic,
        HasFixedJwt = CredentialsResolver.FixedJwt(opts.AuthOpts) is not null,
        FixedJwtExpiresAt = CredentialsResolver.FixedJwt(opts.AuthOpts) is { } jwt ? JwtExpiry.Of(jwt) : null,
        LameDuckPolicy = opts.LameDuckPolicy,
        LameDuckGrace = OptionTimes.Of(opts.LameDuckGracePeriod),
        Pool = new PoolOptions { IgnoreDiscovered = opts.IgnoreDiscoveredServers, Filter = null },
        HasSelector = opts.ServerSelector is not null,
        HasFilter = opts.DiscoveredServerFilter is not null && !opts.IgnoreDiscoveredServers,
        HasDelayCallback = opts.ReconnectDelay is not null,
        InitialViews = Lifecycle.MachineOptions.CreateInitialViews(servers),
    };

    private static JournalOptions JournalOptions(NatsOpts opts) => new()
    {
        Capacity = opts.EventCapacity,
        EventDrainTimeout = OptionTimes.Of(opts.EventDrainTimeout),
        HandlerStallThreshold = OptionTimes.Of(opts.HandlerStallThreshold),
        DetachAfterFaults = opts.DetachHandlerAfterFaults,
        AlwaysRecord = NatsEventFilter.Lossless | NatsEventFilter.Of(NatsEventKind.ConnectAttempt, NatsEventKind.ReconnectDelay),
        OnDemand = BuiltInReaders.OnDemand,
        ConnectionName = opts.Name,
    };

    private static LoopOptions LoopOptions(NatsOpts opts, ITransportDialer dialer) => new()
    {
        RequestsOnDisconnect = opts.RequestsOnDisconnect,
        Random = Chance,
        Callbacks = new LifecycleCallbacks { Selector = opts.ServerSelector, Delay = opts.ReconnectDelay, Filter = opts.DiscoveredServerFilter, Timeout = OptionTimes.Of(opts.ConnectTimeout) },
        Attempts = new AttemptOptions
        {
            Dialer = dialer,
            Timeout = OptionTimes.Of(opts.ConnectTimeout),
            Credentials = new CredentialsResolver(opts.AuthOpts),
            Tls = opts.TlsOpts,
            WebSocket = opts.WebSocketOpts,
            OnConnecting = opts.OnConnectingAsync,
            OnSocketAvailable = opts.OnSocketAvailableAsync,
            Randomize = !opts.NoRandomize,
            Connect = new ConnectInfo
            {
                Verbose = opts.Verbose,
                Echo = opts.Echo,
                Headers = opts.Headers,
                NoResponders = opts.Headers,
                Name = opts.Name,
                Lang = ".NET",
                Version = typeof(NatsOpts).Assembly.GetName().Version?.ToString(3) ?? "0.0.0",
            },
        },
    };
}
