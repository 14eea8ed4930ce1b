using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using static Earshot.Hosting.Configuration.OptionText;

namespace Earshot.Hosting.Configuration;

/// <summary>Every option that configuration can set, and those it cannot. Written out instead of found by reflection, so that trimmed and AOT-compiled applications work.</summary>
internal static class OptionTable
{
    /// <summary>Options that are objects or code. They are set in code.</summary>
    public static readonly IReadOnlyList<string> InCodeOnly =
    [
        nameof(NatsOpts.SocketConnectionFactory), nameof(NatsOpts.OnConnectingAsync), nameof(NatsOpts.OnSocketAvailableAsync),
        nameof(NatsOpts.SerializerRegistry), nameof(NatsOpts.LoggerFactory), nameof(NatsOpts.ReconnectDelay), nameof(NatsOpts.ServerSelector),
        nameof(NatsOpts.DiscoveredServerFilter), nameof(NatsOpts.ConnectionListeners), nameof(NatsOpts.Events), nameof(NatsOpts.TimeProvider),
        nameof(NatsOpts.SubjectEncoding), nameof(NatsOpts.HeaderEncoding),
        "AuthOpts:AuthCredCallback", "AuthOpts:SignatureCallback",
        "TlsOpts:ClientCertificateCallback", "TlsOpts:RemoteCertificateValidationCallback", "TlsOpts:ConfigureClientAuthentication",
        "WebSocketOpts:ConfigureClientWebSocketOptions",
    ];

    /// <summary>The options with one value. <c>Url</c>, <c>Servers</c> and <c>WebSocketOpts:RequestHeaders</c>, which can be lists, are read by <see cref="SectionReader"/>.</summary>
    public static readonly IReadOnlyList<BindableOption> All =
    [
        .. Connecting(), .. Reconnecting(), .. KeepAlive(), .. Limits(), .. Ending(), .. WithoutEffect(), .. Auth(), .. Tls(),
        new("WebSocketOpts:Path", (o, v) => o with { WebSocketOpts = o.WebSocketOpts with { Path = v } }),
    ];

    private static IEnumerable<BindableOption> Connecting() =>
    [
        new(nameof(NatsOpts.Name), (o, v) => o with { Name = v }),
        new(nameof(NatsOpts.Echo), (o, v) => o with { Echo = Flag(v) }),
        new(nameof(NatsOpts.Verbose), (o, v) => o with { Verbose = Flag(v) }),
        new(nameof(NatsOpts.Headers), (o, v) => o with { Headers = Flag(v) }),
        new(nameof(NatsOpts.CaseSensitiveHeaders), (o, v) => o with { CaseSensitiveHeaders = Flag(v) }),
        new(nameof(NatsOpts.ProxyUrl), (o, v) => o with { ProxyUrl = Url(v) }),
        new(nameof(NatsOpts.InboxPrefix), (o, v) => o with { InboxPrefix = v }),
        new(nameof(NatsOpts.UniqueName), (o, v) => o with { UniqueName = Flag(v) }),
        new(nameof(NatsOpts.NoRandomize), (o, v) => o with { NoRandomize = Flag(v) }),
        new(nameof(NatsOpts.ConnectTimeout), (o, v) => o with { ConnectTimeout = Time(v) }),
        new(nameof(NatsOpts.ConnectHedgeDelay), (o, v) => o with { ConnectHedgeDelay = Time(v) }),
        new(nameof(NatsOpts.RetryOnInitialConnect), (o, v) => o with { RetryOnInitialConnect = Flag(v) }),
        new(nameof(NatsOpts.IgnoreDiscoveredServers), (o, v) => o with { IgnoreDiscoveredServers = Flag(v) }),
        new(nameof(NatsOpts.IgnoreAuthErrorAbort), (o, v) => o with { IgnoreAuthErrorAbort = Flag(v) }),
        new(nameof(NatsOpts.TcpUserTimeout), (o, v) => o with { TcpUserTimeout = Time(v) }),
    ];

    private static IEnumerable<BindableOption> Reconnecting() =>
    [
        new(nameof(NatsOpts.MaxReconnectRetry), (o, v) => o with { MaxReconnectRetry = Number(v) }),
        new(nameof(NatsOpts.MaxReconnectPerServer), (o, v) => o with { MaxReconnectPerServer = Number(v) }),
        new(nameof(NatsOpts.ReconnectTimeLimit), (o, v) => o with { ReconnectTimeLimit = TimeOrNone(v) }),
        new(nameof(NatsOpts.ReconnectWaitMin), (o, v) => o with { ReconnectWaitMin = Time(v) }),
        new(nameof(NatsOpts.ReconnectWaitMax), (o, v) => o with { ReconnectWaitMax = Time(v) }),
        new(nameof(NatsOpts.ReconnectBackoffResetAfter), (o, v) => o with { ReconnectBackoffResetAfter = Time(v) }),
        new(nameof(NatsOpts.LameDuckPolicy), (o, v) => o with { LameDuckPolicy = Name<NatsLameDuckPolicy>(v) }),
        new(nameof(NatsOpts.LameDuckGracePeriod), (o, v) => o with { LameDuckGracePeriod = Time(v) }),
        new(nameof(NatsOpts.RequestsOnDisconnect), (o, v) => o with { RequestsOnDisconnect = Name<NatsRequestFailMode>(v) }),
    ];

    private static IEnumerable<BindableOption> KeepAlive() =>
    [
        new(nameof(NatsOpts.PingInterval), (o, v) => o with { PingInterval = Time(v) }),
        new(nameof(NatsOpts.MaxPingOut), (o, v) => o with { MaxPingOut = Number(v) }),
        new(nameof(NatsOpts.ProbeDelay), (o, v) => o with { ProbeDelay = Time(v) }),
        new(nameof(NatsOpts.ProbeTimeout), (o, v) => o with { ProbeTimeout = Time(v) }),
        new(nameof(NatsOpts.FrameTimeout), (o, v) => o with { FrameTimeout = Time(v) }),
        new(nameof(NatsOpts.WriteTimeout), (o, v) => o with { WriteTimeout = Time(v) }),
        new(nameof(NatsOpts.CommandTimeout), (o, v) => o with { CommandTimeout = Time(v) }),
        new(nameof(NatsOpts.RequestTimeout), (o, v) => o with { RequestTimeout = Time(v) }),
    ];

    private static IEnumerable<BindableOption> Limits() =>
    [
        new(nameof(NatsOpts.WriterBufferSize), (o, v) => o with { WriterBufferSize = Number(v) }),
        new(nameof(NatsOpts.PendingBufferSize), (o, v) => o with { PendingBufferSize = LongNumber(v) }),
        new(nameof(NatsOpts.PendingBufferPolicy), (o, v) => o with { PendingBufferPolicy = Name<NatsPendingBufferPolicy>(v) }),
        new(nameof(NatsOpts.SubPendingChannelCapacity), (o, v) => o with { SubPendingChannelCapacity = Number(v) }),
        new(nameof(NatsOpts.SubPendingBytesLimit), (o, v) => o with { SubPendingBytesLimit = LongNumber(v) }),
        new(nameof(NatsOpts.SubPendingChannelFullMode), (o, v) => o with { SubPendingChannelFullMode = Name<BoundedChannelFullMode>(v) }),
        new(nameof(NatsOpts.SuppressSlowConsumerWarnings), (o, v) => o with { SuppressSlowConsumerWarnings = Flag(v) }),
        new(nameof(NatsOpts.MaxControlLine), (o, v) => o with { MaxControlLine = Number(v) }),
        new(nameof(NatsOpts.MaxPayloadHardCap), (o, v) => o with { MaxPayloadHardCap = Number(v) }),
        new(nameof(NatsOpts.EventCapacity), (o, v) => o with { EventCapacity = Number(v) }),
        new(nameof(NatsOpts.HandlerStallThreshold), (o, v) => o with { HandlerStallThreshold = Time(v) }),
        new(nameof(NatsOpts.DetachHandlerAfterFaults), (o, v) => o with { DetachHandlerAfterFaults = Number(v) }),
    ];

    private static IEnumerable<BindableOption> Ending() =>
    [
        new(nameof(NatsOpts.DrainTimeout), (o, v) => o with { DrainTimeout = Time(v) }),
        new(nameof(NatsOpts.DrainGracePeriod), (o, v) => o with { DrainGracePeriod = Time(v) }),
        new(nameof(NatsOpts.DrainPingTimeout), (o, v) => o with { DrainPingTimeout = Time(v) }),
        new(nameof(NatsOpts.DrainSubscriptionsOnDispose), (o, v) => o with { DrainSubscriptionsOnDispose = Flag(v) }),
        new(nameof(NatsOpts.ConsumerDrainOnDisposeTimeout), (o, v) => o with { ConsumerDrainOnDisposeTimeout = TimeOrNone(v) }),
        new(nameof(NatsOpts.EventDrainTimeout), (o, v) => o with { EventDrainTimeout = Time(v) }),
    ];

    private static IEnumerable<BindableOption> WithoutEffect() =>
    [
        new(nameof(NatsOpts.ReconnectJitter), (o, v) => o with { ReconnectJitter = Time(v) }),
        new(nameof(NatsOpts.WaitUntilSent), (o, v) => o with { WaitUntilSent = Flag(v) }),
        new(nameof(NatsOpts.ObjectPoolSize), (o, v) => o with { ObjectPoolSize = Number(v) }),
        new(nameof(NatsOpts.ReaderBufferSize), (o, v) => o with { ReaderBufferSize = Number(v) }),
        new(nameof(NatsOpts.UseThreadPoolCallback), (o, v) => o with { UseThreadPoolCallback = Flag(v) }),
        new(nameof(NatsOpts.SubscriptionCleanUpInterval), (o, v) => o with { SubscriptionCleanUpInterval = Time(v) }),
        new(nameof(NatsOpts.PublishTimeoutOnDisconnected), (o, v) => o with { PublishTimeoutOnDisconnected = Flag(v) }),
        new(nameof(NatsOpts.SkipSubjectValidation), (o, v) => o with { SkipSubjectValidation = Flag(v) }),
        new(nameof(NatsOpts.RequestReplyMode), (o, v) => o with { RequestReplyMode = Name<NatsRequestReplyMode>(v) }),
    ];

    private static IEnumerable<BindableOption> Auth() =>
    [
        new("AuthOpts:Username", (o, v) => o with { AuthOpts = o.AuthOpts with { Username = v } }),
        new("AuthOpts:Password", (o, v) => o with { AuthOpts = o.AuthOpts with { Password = v } }),
        new("AuthOpts:Token", (o, v) => o with { AuthOpts = o.AuthOpts with { Token = v } }),
        new("AuthOpts:Jwt", (o, v) => o with { AuthOpts = o.AuthOpts with { Jwt = v } }),
        new("AuthOpts:NKey", (o, v) => o with { AuthOpts = o.AuthOpts with { NKey = v } }),
        new("AuthOpts:Seed", (o, v) => o with { AuthOpts = o.AuthOpts with { Seed = v } }),
        new("AuthOpts:Creds", (o, v) => o with { AuthOpts = o.AuthOpts with { Creds = v } }),
        new("AuthOpts:CredsFile", (o, v) => o with { AuthOpts = o.AuthOpts with { CredsFile = v } }),
        new("AuthOpts:NKeyFile", (o, v) => o with { AuthOpts = o.AuthOpts with { NKeyFile = v } }),
        new("AuthOpts:RenewBeforeExpiry", (o, v) => o with { AuthOpts = o.AuthOpts with { RenewBeforeExpiry = Time(v) } }),
    ];

    private static IEnumerable<BindableOption> Tls() =>
    [
        new("TlsOpts:CertFile", (o, v) => o with { TlsOpts = o.TlsOpts with { CertFile = v } }),
        new("TlsOpts:KeyFile", (o, v) => o with { TlsOpts = o.TlsOpts with { KeyFile = v } }),
        new("TlsOpts:KeyFilePassword", (o, v) => o with { TlsOpts = o.TlsOpts with { KeyFilePassword = v } }),
        new("TlsOpts:CertBundleFile", (o, v) => o with { TlsOpts = o.TlsOpts with { CertBundleFile = v } }),
        new("TlsOpts:CertBundleFilePassword", (o, v) => o with { TlsOpts = o.TlsOpts with { CertBundleFilePassword = v } }),
        new("TlsOpts:CaFile", (o, v) => o with { TlsOpts = o.TlsOpts with { CaFile = v } }),
        new("TlsOpts:ServerName", (o, v) => o with { TlsOpts = o.TlsOpts with { ServerName = v } }),
        new("TlsOpts:RevocationMode", (o, v) => o with { TlsOpts = o.TlsOpts with { RevocationMode = Name<X509RevocationMode>(v) } }),
        new("TlsOpts:InsecureSkipVerify", (o, v) => o with { TlsOpts = o.TlsOpts with { InsecureSkipVerify = Flag(v) } }),
        new("TlsOpts:Mode", (o, v) => o with { TlsOpts = o.TlsOpts with { Mode = Name<TlsMode>(v) } }),
    ];
}
