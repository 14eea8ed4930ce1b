using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;

namespace Earshot.Conformance.Tests.Familiar;

/// <summary>A block of options with everything that the official client knows, and a connection made with it.</summary>
internal static class OptionsBlockProgram
{
    public static NatsOpts Options(string url) => NatsOpts.Default with
    {
        Url = url,
        Name = "options block",
        Echo = true,
        Verbose = false,
        Headers = true,
        AuthOpts = NatsAuthOpts.Default with { Username = "user", Password = "ignored by a server without users" },
        TlsOpts = NatsTlsOpts.Default with { Mode = TlsMode.Auto },
        WebSocketOpts = NatsWebSocketOpts.Default,
        SerializerRegistry = NatsClientDefaultSerializerRegistry.Default,
        LoggerFactory = NullLoggerFactory.Instance,
        WriterBufferSize = 65_536,
        ReaderBufferSize = 131_072,
        MaxPayloadHardCap = 8 * 1024 * 1024,
        UseThreadPoolCallback = true,
        InboxPrefix = "_INBOX_mine",
        NoRandomize = false,
        PingInterval = TimeSpan.FromMinutes(2),
        MaxPingOut = 2,
        ReconnectWaitMin = TimeSpan.FromSeconds(2),
        ReconnectJitter = TimeSpan.FromMilliseconds(200),
        ConnectTimeout = TimeSpan.FromSeconds(2),
        ObjectPoolSize = 1024,
        RequestTimeout = TimeSpan.FromSeconds(5),
        CommandTimeout = Timeout.InfiniteTimeSpan,
        SubscriptionCleanUpInterval = TimeSpan.FromMinutes(1),
        HeaderEncoding = Encoding.ASCII,
        SubjectEncoding = Encoding.UTF8,
        WaitUntilSent = true,
        DrainSubscriptionsOnDispose = true,
        ConsumerDrainOnDisposeTimeout = TimeSpan.FromSeconds(3),
        DrainPingTimeout = TimeSpan.FromSeconds(2),
        MaxReconnectRetry = -1,
        ReconnectWaitMax = TimeSpan.FromSeconds(5),
        IgnoreAuthErrorAbort = false,
        SubPendingChannelCapacity = 16_384,
        SubPendingChannelFullMode = BoundedChannelFullMode.DropNewest,
        RequestReplyMode = NatsRequestReplyMode.SharedInbox,
        RetryOnInitialConnect = false,
        PublishTimeoutOnDisconnected = true,
        SkipSubjectValidation = true,
        SuppressSlowConsumerWarnings = false,
        CaseSensitiveHeaders = false,
    };

    public static async Task<IReadOnlyList<string>> RunAsync(string url, string subject, CancellationToken stopping)
    {
        var lines = new List<string>();
        await using var nats = new NatsConnection(Options(url));
        await nats.ConnectAsync();
        await using INatsSub<string> sub = await nats.SubscribeCoreAsync<string>(subject, cancellationToken: stopping);
        var headers = new NatsHeaders { { "X-Origin", "options" } };
        await nats.PublishAsync(subject, "data", headers: headers, cancellationToken: stopping);
        NatsMsg<string> msg = await sub.Msgs.ReadAsync(stopping);
        lines.Add($"{msg.Data}, {msg.Headers!["x-origin"]}, {nats.NewInbox().StartsWith("_INBOX_mine.", StringComparison.Ordinal)}");
        lines.Add($"warnings: {nats.Events.ToList().OfType<NatsConfigurationWarningEvent>().Count()}");
        return lines;
    }
}
