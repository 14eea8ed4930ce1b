using System.ComponentModel;
using System.Reflection;
using System.Text;
using System.Threading.Channels;
using Xunit;

namespace Earshot.Client.Tests.Client;

/// <summary>Every option of a connection with what cannot work, refused when the connection is constructed, before anything is sent.</summary>
public sealed class OptionCheckTests
{
    // An empty row: every value works.
    private static readonly Dictionary<string, Func<NatsOpts, NatsOpts>[]> s_wrong = new()
    {
        [nameof(NatsOpts.Url)] = [o => o with { Url = null! }, o => o with { Url = "" }, o => o with { Url = "a,,b" }, o => o with { Url = "ftp://a" }, o => o with { Url = "ws://a,nats://b" }],
        [nameof(NatsOpts.Name)] = [o => o with { Name = null! }, o => o with { Name = new string('n', 10_000_000) }, o => o with { Name = new string('\u00e4', 600) }],
        [nameof(NatsOpts.Echo)] = [],
        [nameof(NatsOpts.Verbose)] = [],
        [nameof(NatsOpts.Headers)] = [],
        [nameof(NatsOpts.CaseSensitiveHeaders)] = [],
        [nameof(NatsOpts.AuthOpts)] = [o => o with { AuthOpts = null! }, o => o with { AuthOpts = new NatsAuthOpts { RenewBeforeExpiry = TimeSpan.FromTicks(-1) } }, o => o with { AuthOpts = new NatsAuthOpts { NKey = "U" } }],
        [nameof(NatsOpts.TlsOpts)] =
        [
            o => o with { TlsOpts = null! },
            o => o with { TlsOpts = new NatsTlsOpts { Mode = (TlsMode)99 } },
            o => o with { TlsOpts = new NatsTlsOpts { RevocationMode = (System.Security.Cryptography.X509Certificates.X509RevocationMode)99 } },
            o => o with { TlsOpts = new NatsTlsOpts { CertFile = "a" } },
        ],
        [nameof(NatsOpts.WebSocketOpts)] = [o => o with { WebSocketOpts = null! }, o => o with { WebSocketOpts = new NatsWebSocketOpts { Path = "a" } }, o => o with { WebSocketOpts = new NatsWebSocketOpts { Path = null! } }],
        [nameof(NatsOpts.SocketConnectionFactory)] = [],
        [nameof(NatsOpts.OnConnectingAsync)] = [],
        [nameof(NatsOpts.OnSocketAvailableAsync)] = [],
        [nameof(NatsOpts.ProxyUrl)] = [o => o with { ProxyUrl = new Uri("ftp://a") }, o => o with { ProxyUrl = new Uri("a", UriKind.Relative) }],
        [nameof(NatsOpts.SerializerRegistry)] = [o => o with { SerializerRegistry = null! }],
        [nameof(NatsOpts.LoggerFactory)] = [o => o with { LoggerFactory = null! }],
        [nameof(NatsOpts.InboxPrefix)] = [o => o with { InboxPrefix = null! }, o => o with { InboxPrefix = "a.*" }, o => o with { InboxPrefix = "a b" }, o => o with { InboxPrefix = "a." }, o => o with { InboxPrefix = new string('i', 1025) }],
        [nameof(NatsOpts.UniqueName)] = [],
        [nameof(NatsOpts.NoRandomize)] = [],
        [nameof(NatsOpts.ConnectTimeout)] = Durations((o, time) => o with { ConnectTimeout = time }),
        [nameof(NatsOpts.ConnectHedgeDelay)] = Durations((o, time) => o with { ConnectHedgeDelay = time }),
        [nameof(NatsOpts.RetryOnInitialConnect)] = [],
        [nameof(NatsOpts.MaxReconnectRetry)] = [o => o with { MaxReconnectRetry = -2 }],
        [nameof(NatsOpts.MaxReconnectPerServer)] = [o => o with { MaxReconnectPerServer = -1 }],
        [nameof(NatsOpts.ReconnectTimeLimit)] = Durations((o, time) => o with { ReconnectTimeLimit = time }),
        [nameof(NatsOpts.ReconnectWaitMin)] = [.. WaitsOrIntervals((o, time) => o with { ReconnectWaitMin = time }), o => o with { ReconnectWaitMin = TimeSpan.FromSeconds(2), ReconnectWaitMax = TimeSpan.FromSeconds(1) }],
        [nameof(NatsOpts.ReconnectWaitMax)] = WaitsOrIntervals((o, time) => o with { ReconnectWaitMax = time }),
        [nameof(NatsOpts.ReconnectBackoffResetAfter)] = Durations((o, time) => o with { ReconnectBackoffResetAfter = time }),
        [nameof(NatsOpts.ReconnectDelay)] = [],
        [nameof(NatsOpts.ServerSelector)] = [],
        [nameof(NatsOpts.IgnoreDiscoveredServers)] = [],
        [nameof(NatsOpts.DiscoveredServerFilter)] = [],
        [nameof(NatsOpts.IgnoreAuthErrorAbort)] = [],
        [nameof(NatsOpts.LameDuckPolicy)] = [o => o with { LameDuckPolicy = (NatsLameDuckPolicy)99 }],
        [nameof(NatsOpts.LameDuckGracePeriod)] = Durations((o, time) => o with { LameDuckGracePeriod = time }),
        [nameof(NatsOpts.PingInterval)] = WaitsOrIntervals((o, time) => o with { PingInterval = time }),
        [nameof(NatsOpts.MaxPingOut)] = [o => o with { MaxPingOut = 0 }, o => o with { MaxPingOut = -1 }],
        [nameof(NatsOpts.ProbeDelay)] = [.. Durations((o, time) => o with { ProbeDelay = time }), o => o with { ProbeDelay = TimeSpan.FromSeconds(6) }],
        [nameof(NatsOpts.ProbeTimeout)] = Durations((o, time) => o with { ProbeTimeout = time }),
        [nameof(NatsOpts.FrameTimeout)] = Durations((o, time) => o with { FrameTimeout = time }),
        [nameof(NatsOpts.WriteTimeout)] = Durations((o, time) => o with { WriteTimeout = time }),
        [nameof(NatsOpts.TcpUserTimeout)] = [o => o with { TcpUserTimeout = TimeSpan.FromTicks(-1) }, o => o with { TcpUserTimeout = TimeSpan.MaxValue }],
        [nameof(NatsOpts.WriterBufferSize)] = [o => o with { WriterBufferSize = 0 }, o => o with { WriterBufferSize = -1 }, o => o with { WriterBufferSize = int.MaxValue }],
        [nameof(NatsOpts.PendingBufferSize)] = [o => o with { PendingBufferSize = -1 }, o => o with { PendingBufferSize = (1L << 30) + 1 }],
        [nameof(NatsOpts.PendingBufferPolicy)] = [o => o with { PendingBufferPolicy = (NatsPendingBufferPolicy)99 }],
        [nameof(NatsOpts.CommandTimeout)] = Durations((o, time) => o with { CommandTimeout = time }),
        [nameof(NatsOpts.RequestTimeout)] = Durations((o, time) => o with { RequestTimeout = time }),
        [nameof(NatsOpts.RequestReplyMode)] = [o => o with { RequestReplyMode = (NatsRequestReplyMode)99 }],
        [nameof(NatsOpts.RequestsOnDisconnect)] = [o => o with { RequestsOnDisconnect = (NatsRequestFailMode)99 }],
        [nameof(NatsOpts.SubPendingChannelCapacity)] = [o => o with { SubPendingChannelCapacity = 0 }, o => o with { SubPendingChannelCapacity = -1 }],
        [nameof(NatsOpts.SubPendingBytesLimit)] = [o => o with { SubPendingBytesLimit = 0 }, o => o with { SubPendingBytesLimit = -1 }],
        [nameof(NatsOpts.SubPendingChannelFullMode)] = [o => o with { SubPendingChannelFullMode = (BoundedChannelFullMode)99 }],
        [nameof(NatsOpts.SuppressSlowConsumerWarnings)] = [],
        [nameof(NatsOpts.MaxControlLine)] = [o => o with { MaxControlLine = 63 }, o => o with { MaxControlLine = 65_001 }],
        [nameof(NatsOpts.DrainGracePeriod)] = [o => o with { DrainGracePeriod = TimeSpan.FromTicks(-1) }, o => o with { DrainGracePeriod = TimeSpan.FromDays(25) }],
        [nameof(NatsOpts.DrainTimeout)] = Durations((o, time) => o with { DrainTimeout = time }),
        [nameof(NatsOpts.DrainSubscriptionsOnDispose)] = [],
        [nameof(NatsOpts.ConnectionListeners)] = [o => o with { ConnectionListeners = null! }, o => o with { ConnectionListeners = [null!] }],
        [nameof(NatsOpts.Events)] = [o => o with { Events = null! }],
        [nameof(NatsOpts.EventCapacity)] = [o => o with { EventCapacity = 1 }, o => o with { EventCapacity = -1 }],
        [nameof(NatsOpts.EventDrainTimeout)] = Durations((o, time) => o with { EventDrainTimeout = time }),
        [nameof(NatsOpts.HandlerStallThreshold)] = Durations((o, time) => o with { HandlerStallThreshold = time }),
        [nameof(NatsOpts.DetachHandlerAfterFaults)] = [o => o with { DetachHandlerAfterFaults = -1 }],
        [nameof(NatsOpts.MaxPayloadHardCap)] = [o => o with { MaxPayloadHardCap = 0 }, o => o with { MaxPayloadHardCap = -1 }],
        [nameof(NatsOpts.DrainPingTimeout)] = Durations((o, time) => o with { DrainPingTimeout = time }),
        [nameof(NatsOpts.ConsumerDrainOnDisposeTimeout)] = Durations((o, time) => o with { ConsumerDrainOnDisposeTimeout = time }),
        [nameof(NatsOpts.ReconnectJitter)] = [],
        [nameof(NatsOpts.WaitUntilSent)] = [],
        [nameof(NatsOpts.ObjectPoolSize)] = [],
        [nameof(NatsOpts.ReaderBufferSize)] = [],
        [nameof(NatsOpts.SubjectEncoding)] = [o => o with { SubjectEncoding = null! }],
        [nameof(NatsOpts.HeaderEncoding)] = [o => o with { HeaderEncoding = null! }],
        [nameof(NatsOpts.UseThreadPoolCallback)] = [],
        [nameof(NatsOpts.SubscriptionCleanUpInterval)] = [],
        [nameof(NatsOpts.PublishTimeoutOnDisconnected)] = [],
        [nameof(NatsOpts.SkipSubjectValidation)] = [],
        [nameof(NatsOpts.TimeProvider)] = [o => o with { TimeProvider = null! }],
    };

    private static readonly Dictionary<string, Func<NatsOpts, NatsOpts>> s_right = new()
    {
        ["no limit of attempts"] = o => o with { MaxReconnectRetry = -1 },
        ["no reconnecting, no parking, no detaching"] = o => o with { MaxReconnectRetry = 0, MaxReconnectPerServer = 0, DetachHandlerAfterFaults = 0 },
        ["the system's own limit for unacknowledged bytes"] = o => o with { TcpUserTimeout = TimeSpan.Zero },
        ["no buffer"] = o => o with { PendingBufferSize = 0 },
        ["no limit of an outage"] = o => o with { ReconnectTimeLimit = null },
        ["a shortest wait above the default of the longest"] = o => o with { ReconnectWaitMin = TimeSpan.FromSeconds(30) },
        ["no inbox prefix"] = o => o with { InboxPrefix = "" },
        ["several kinds of credentials"] = o => o with { AuthOpts = new NatsAuthOpts { Username = "u", Password = "p", Token = "t", CredsFile = "a", NKeyFile = "b" } },
        ["no wait between attempts"] = o => o with { ReconnectWaitMin = TimeSpan.Zero },
        ["waits that do not grow"] = o => o with { ReconnectWaitMin = TimeSpan.FromSeconds(7), ReconnectWaitMax = TimeSpan.Zero },
        ["no keep-alive"] = o => o with { PingInterval = TimeSpan.Zero },
        ["infinite times"] = o => o with
        {
            ConnectTimeout = Timeout.InfiniteTimeSpan,
            ConnectHedgeDelay = Timeout.InfiniteTimeSpan,
            CommandTimeout = Timeout.InfiniteTimeSpan,
            RequestTimeout = Timeout.InfiniteTimeSpan,
            PingInterval = Timeout.InfiniteTimeSpan,
            ProbeDelay = Timeout.InfiniteTimeSpan,
            ProbeTimeout = Timeout.InfiniteTimeSpan,
            FrameTimeout = Timeout.InfiniteTimeSpan,
            WriteTimeout = Timeout.InfiniteTimeSpan,
            ReconnectTimeLimit = Timeout.InfiniteTimeSpan,
            ReconnectBackoffResetAfter = Timeout.InfiniteTimeSpan,
            LameDuckGracePeriod = Timeout.InfiniteTimeSpan,
            DrainTimeout = Timeout.InfiniteTimeSpan,
            EventDrainTimeout = Timeout.InfiniteTimeSpan,
            HandlerStallThreshold = Timeout.InfiniteTimeSpan,
            ReconnectWaitMax = Timeout.InfiniteTimeSpan,
        },
        ["the longest name"] = o => o with { Name = new string('n', 1024) },
    };

    private static readonly Dictionary<string, Func<NatsOpts, NatsOpts>> s_withoutEffect = new()
    {
        [nameof(NatsOpts.RequestReplyMode)] = o => o with { RequestReplyMode = NatsRequestReplyMode.SharedInbox },
        [nameof(NatsOpts.ReconnectJitter)] = o => o with { ReconnectJitter = TimeSpan.Zero },
        [nameof(NatsOpts.WaitUntilSent)] = o => o with { WaitUntilSent = true },
        [nameof(NatsOpts.ObjectPoolSize)] = o => o with { ObjectPoolSize = 1024 },
        [nameof(NatsOpts.ReaderBufferSize)] = o => o with { ReaderBufferSize = 1_048_576 },
        [nameof(NatsOpts.SubjectEncoding)] = o => o with { SubjectEncoding = Encoding.Latin1 },
        [nameof(NatsOpts.HeaderEncoding)] = o => o with { HeaderEncoding = Encoding.Latin1, SubjectEncoding = Encoding.ASCII },
        [nameof(NatsOpts.UseThreadPoolCallback)] = o => o with { UseThreadPoolCallback = true },
        [nameof(NatsOpts.SubscriptionCleanUpInterval)] = o => o with { SubscriptionCleanUpInterval = TimeSpan.FromMinutes(1) },
        [nameof(NatsOpts.PublishTimeoutOnDisconnected)] = o => o with { PublishTimeoutOnDisconnected = true },
        [nameof(NatsOpts.SkipSubjectValidation)] = o => o with { SkipSubjectValidation = true },
    };

    public static TheoryData<string> WithoutEffect => [.. s_withoutEffect.Keys];

    public static TheoryData<string> Options => [.. typeof(NatsOpts).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(option => option.Name)];

    public static TheoryData<string> Working => [.. s_right.Keys];

    [Theory]
    [MemberData(nameof(Options))]
    public void Option_that_cannot_work_is_refused_with_its_name(string option)
    {
        Assert.True(s_wrong.TryGetValue(option, out Func<NatsOpts, NatsOpts>[]? variants), $"NatsOpts.{option} has no row here.");
        Assert.All(variants, wrong =>
        {
            Exception refusal = Assert.ThrowsAny<Exception>(() => new NatsConnection(wrong(new NatsOpts())));
            Assert.True(refusal is ArgumentException or NotSupportedException, refusal.GetType().Name);
            // The options of one part are named as that part is: NatsAuthOpts, NatsTlsOpts.
            Assert.Contains(option, refusal.Message, StringComparison.Ordinal);
        });
    }

    [Theory]
    [MemberData(nameof(Working))]
    public async Task Option_that_works_is_not_refused(string option)
    {
        await using var connection = new NatsConnection(s_right[option](new NatsOpts()));
        Assert.NotNull(connection.Opts);
    }

    [Fact]
    public async Task Without_an_inbox_prefix_inboxes_have_no_empty_token()
    {
        await using var connection = new NatsConnection(new NatsOpts { InboxPrefix = "" });
        Assert.Matches("^[0-9A-Za-z]+$", connection.NewInbox());
    }

    [Fact]
    public void Subscription_option_that_is_not_defined_is_refused_with_its_name()
    {
        NatsSubOpts[] wrong = [new() { SlowConsumerPolicy = (NatsSlowConsumerPolicy)99 }, new() { ChannelOpts = new NatsSubChannelOpts { FullMode = (BoundedChannelFullMode)99 } }];
        Assert.All(wrong, opts => Assert.Contains(
            "NatsSubOpts.", Assert.Throws<ArgumentOutOfRangeException>(() => Connections.SubscribeOptions.Limits(new NatsOpts(), opts)).Message, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(WithoutEffect))]
    public async Task Option_without_effect_is_hidden_and_raises_a_ConfigurationWarning(string option)
    {
        PropertyInfo property = typeof(NatsOpts).GetProperty(option)!;
        Assert.Equal(EditorBrowsableState.Never, property.GetCustomAttribute<EditorBrowsableAttribute>()?.State);
        await using var quiet = new NatsConnection(new NatsOpts());
        Assert.DoesNotContain(quiet.Events.ToList(), e => e is NatsConfigurationWarningEvent);

        await using var connection = new NatsConnection(s_withoutEffect[option](new NatsOpts()));
        NatsConfigurationWarningEvent warning = Assert.Single(connection.Events.ToList().OfType<NatsConfigurationWarningEvent>());
        Assert.Equal("OptionWithoutEffect", warning.Code);
        Assert.StartsWith($"NatsOpts.{option} changes nothing: ", warning.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_option_that_is_hidden_has_a_value_that_shows_that_it_changes_nothing() => Assert.Equal(
        typeof(NatsOpts).GetProperties().Where(option => option.GetCustomAttribute<EditorBrowsableAttribute>() is not null).Select(option => option.Name).Order(),
        s_withoutEffect.Keys.Order());

    private static Func<NatsOpts, NatsOpts>[] Durations(Func<NatsOpts, TimeSpan, NatsOpts> set) => [o => set(o, TimeSpan.Zero), .. WaitsOrIntervals(set)];

    // Zero has a meaning: no wait, or no keep-alive.
    private static Func<NatsOpts, NatsOpts>[] WaitsOrIntervals(Func<NatsOpts, TimeSpan, NatsOpts> set) =>
    [
        o => set(o, TimeSpan.FromSeconds(-1)),
        o => set(o, TimeSpan.FromDays(365)),
        o => set(o, TimeSpan.MaxValue),
    ];
}
