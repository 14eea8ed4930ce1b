using System.Buffers;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Primitives;

namespace Earshot.Client.Tests.Client;

/// <summary>
/// Uses each name that .NET users of NATS know from the core packages once, in the shape they write it. That it compiles is
/// the test; nothing here runs against a server.
/// </summary>
#pragma warning disable CA1859, CA2016 // written as the documentation of the other client has it
internal static partial class PeerSurface
{
    internal sealed record PeerOrder(int Id);

    [JsonSerializable(typeof(PeerOrder))]
    internal sealed partial class PeerOrderContext : JsonSerializerContext;

    internal sealed class Both : INatsSerializer<PeerOrder>, INatsSerializerWithContext<PeerOrder>
    {
        public INatsSerializer<PeerOrder> CombineWith(INatsSerializer<PeerOrder> next) => this;

        public void Serialize(IBufferWriter<byte> bufferWriter, PeerOrder value) => Serialize(bufferWriter, value, new NatsMsgContext("s"));

        public void Serialize(IBufferWriter<byte> bufferWriter, PeerOrder value, in NatsMsgContext context) => bufferWriter.Write("1"u8);

        public PeerOrder? Deserialize(in ReadOnlySequence<byte> buffer) => Deserialize(buffer, new NatsMsgContext("s", replyTo: null, headers: null));

        public PeerOrder? Deserialize(in ReadOnlySequence<byte> buffer, in NatsMsgContext context) =>
            context.Headers is null && context.Subject.Length > 0 ? new PeerOrder(1) : null;
    }

    internal sealed class Registry : INatsSerializerRegistry
    {
        public INatsSerialize<T> GetSerializer<T>() => NatsDefaultSerializer<T>.Default;

        public INatsDeserialize<T> GetDeserializer<T>() => NatsDefaultSerializer<T>.Default;
    }

    internal static async Task UseAClientAsync(CancellationToken ct)
    {
        await using var client = new NatsClient();
        await using var named = new NatsClient(url: "nats://localhost:4222", name: "name");
        await using var configured = new NatsClient(new NatsOpts());
        INatsClient nats = client;
        await nats.ConnectAsync();
        TimeSpan rtt = await nats.PingAsync(ct);
        await nats.PublishAsync<int>(subject: "a", data: 1, headers: null, replyTo: null, serializer: null, opts: default, cancellationToken: ct);
        await nats.PublishAsync(subject: "a", headers: new NatsHeaders(), replyTo: "b", opts: new NatsPubOpts(), cancellationToken: ct);
        await foreach (NatsMsg<PeerOrder> msg in nats.SubscribeAsync<PeerOrder>(subject: "a", queueGroup: "q", serializer: null, opts: new NatsSubOpts { MaxMsgs = 1 }, cancellationToken: ct))
        {
            await msg.ReplyAsync(rtt.Ticks, cancellationToken: ct);
        }

        NatsMsg<string> one = await nats.RequestAsync<int, string>(subject: "a", data: 1, headers: null, requestSerializer: null, replySerializer: null, requestOpts: null, replyOpts: null, cancellationToken: ct);
        NatsMsg<string> two = await nats.RequestAsync<string>(subject: "a", replySerializer: null, replyOpts: null, cancellationToken: ct);
        await nats.Connection.ReconnectAsync();
        _ = (one, two);
    }

    internal static async Task UseAConnectionAsync(CancellationToken ct)
    {
        await using var made = new NatsConnection();
        await using var connection = new NatsConnection(Options());
        INatsConnection nats = connection.Connection;
        connection.ConnectionDisconnected += (object? _, NatsEventArgs args) => Text(args.Message);
        connection.ConnectionOpened += (_, args) => Text(args.Message);
        connection.ReconnectFailed += (_, args) => Text(args.Message);
        connection.MessageDropped += (_, args) => Text($"{args.Subscription.Subject} {args.Pending} {args.Subject} {args.Headers} {args.Data}");
        connection.SlowConsumerDetected += (_, args) => Text(args.Subscription.Subject);
        connection.LameDuckModeActivated += (_, args) => Text(args.Uri.Host);
        connection.ServerError += (_, args) => Text(args.Kind == NatsServerErrorKind.PermissionsViolation ? args.Error : "");
        await connection.ConnectAsync();
        _ = (nats.Opts, nats.ConnectionState == NatsConnectionState.Open, nats.ServerInfo?.Id, nats.ServerInfo?.Name, nats.NewInbox());
        await using INatsSub<byte[]> sub = await nats.SubscribeCoreAsync<byte[]>(subject: "a", queueGroup: null, serializer: null, opts: null, cancellationToken: ct);
        ChannelReader<NatsMsg<byte[]>> reader = sub.Msgs;
        await foreach (NatsMsg<byte[]> msg in reader.ReadAllAsync(ct))
        {
            await connection.PublishAsync(msg, serializer: null, opts: null, cancellationToken: ct);
            await msg.ReplyAsync<int>(new NatsMsg<int> { Subject = "x", Data = 1 }, cancellationToken: ct);
            await nats.RequestAsync<byte[], int>(msg, cancellationToken: ct);
        }

        await foreach (NatsMsg<int> reply in nats.RequestManyAsync<int, int>("a", 1, replyOpts: new NatsSubOpts { StartUpTimeout = TimeSpan.FromSeconds(1), IdleTimeout = TimeSpan.FromSeconds(1), StopOnEmptyMsg = true, ThrowIfNoResponders = true }, cancellationToken: ct))
        {
            _ = nats.RequestManyAsync<int, int>(reply, cancellationToken: ct);
        }

        await sub.UnsubscribeAsync();
        await sub.DrainAsync(ct);
        _ = (sub.Subject, sub.QueueGroup);
        await using INatsConnectionPool pool = new NatsConnectionPool(2, Options(), c => c.ConnectionOpened += (_, _) => default);
        _ = (pool.GetConnection(), pool.GetConnections());
    }

    internal static NatsOpts Options() => NatsOpts.Default with
    {
        Url = "nats://localhost:4222",
        Name = "name",
        Echo = true,
        Verbose = false,
        Headers = true,
        AuthOpts = NatsAuthOpts.Default with { Username = "user", Password = "password", Token = "token" },
        SerializerRegistry = NatsClientDefaultSerializerRegistry.Default,
        LoggerFactory = NullLoggerFactory.Instance,
        WriterBufferSize = 65536,
        InboxPrefix = "_INBOX",
        NoRandomize = true,
        PingInterval = TimeSpan.FromMinutes(2),
        MaxPingOut = 2,
        ReconnectWaitMin = TimeSpan.FromSeconds(2),
        ReconnectWaitMax = TimeSpan.FromSeconds(5),
        ConnectTimeout = TimeSpan.FromSeconds(2),
        RequestTimeout = TimeSpan.FromSeconds(5),
        CommandTimeout = TimeSpan.FromSeconds(5),
        DrainSubscriptionsOnDispose = true,
        MaxReconnectRetry = -1,
        IgnoreAuthErrorAbort = false,
        SubPendingChannelCapacity = 16384,
        SubPendingChannelFullMode = BoundedChannelFullMode.DropNewest,
        RequestReplyMode = NatsRequestReplyMode.SharedInbox,
        RetryOnInitialConnect = true,
        SuppressSlowConsumerWarnings = true,
    };

    internal static async Task UseMessagesAsync(INatsMsg<PeerOrder> msg, CancellationToken ct)
    {
        INatsMsg plain = msg;
        NatsHeaders headers = plain.Headers ?? [];
        _ = (msg.Subject, msg.ReplyTo, msg.Size, msg.Data, msg.Connection, msg.Error);
        msg.EnsureSuccess();
        await msg.ReplyAsync(headers: headers, replyTo: null, opts: null, cancellationToken: ct);
        await msg.ReplyAsync<int>(data: 1, headers: null, replyTo: null, serializer: null, opts: null, cancellationToken: ct);
        await msg.ReplyAsync<int>(new NatsMsg<int>("s", null, 0, null, 1, null), serializer: null, opts: null, cancellationToken: ct);
        var built = NatsMsg<int>.Build("s", null, headersBuffer: null, new ReadOnlySequence<byte>("1"u8.ToArray()), null, new NatsHeaderParser(), NatsDefaultSerializer<int>.Default);
        _ = (built.IsEmpty, built.HasNoResponders, built.Flags, new NatsMsgBuilder<int> { Subject = "s", Data = 1 }.Msg);
    }

    internal static void UseHeaders()
    {
        var headers = new NatsHeaders { { "a", "b" }, new KeyValuePair<string, StringValues>("c", "d") };
        headers["a"] = new[] { "b", "c" };
        _ = (new NatsHeaders(capacity: 4), new NatsHeaders(new Dictionary<string, StringValues>()), headers.Count, headers.Keys, headers.Code, headers.Error);
        _ = headers.Message == NatsHeaders.Messages.IdleHeartbeat && headers.TryGetValue("a", out StringValues _) && headers.TryGetLastValue("a", out string? _);
    }

    internal static void UseSerializers(IBufferWriter<byte> writer, ReadOnlySequence<byte> bytes)
    {
        INatsSerializer<PeerOrder> json = new NatsJsonContextSerializer<PeerOrder>(PeerOrderContext.Default, next: new Both());
        json = new NatsJsonContextSerializer<PeerOrder>([PeerOrderContext.Default]).CombineWith(json);
        INatsSerializerRegistry registry = new NatsJsonContextSerializerRegistry(PeerOrderContext.Default);
        NatsSerializationExtensions.Serialize(json, writer, new PeerOrder(1), new NatsMsgContext("s"));
        _ = NatsSerializationExtensions.Deserialize(json, bytes, new NatsMsgContext("s"));
        _ = (NatsUtf8PrimitivesSerializer<int>.Default, new NatsUtf8PrimitivesSerializer<int>().CombineWith(NatsRawSerializer<int>.Default), NatsDefaultSerializerRegistry.Default, NatsClientDefaultSerializer<PeerOrder>.Default, new NatsClientDefaultSerializerRegistry(), new NatsDefaultSerializerRegistry(), registry);
        using var buffer = new NatsBufferWriter<byte>(ArrayPool<byte>.Shared, initialCapacity: 16);
        buffer.GetMemory(1).Span[0] = 1;
        buffer.Advance(1);
        using var owner = NatsMemoryOwner<byte>.Allocate(4);
        _ = (buffer.Capacity, owner.Length, owner.Memory, owner.Span.Length, NatsMemoryOwner<byte>.Empty, new NatsBufferWriter<byte>(), new NatsBufferWriter<byte>(16), new NatsBufferWriter<byte>(ArrayPool<byte>.Shared));
    }

    internal static Exception UseResults()
    {
        NatsResult<int> value = 1;
        NatsResult<int> error = new NatsException("message");
        NatsResult plain = new NatsException("message", new NatsNoReplyException());
        _ = (value.Value, NatsResult.Default.Success, new NatsResult(), new NatsResult<int>(1), NatsTelemetry.SourceName, new NatsNoRespondersException());
        _ = new NatsSubOpts { MaxMsgs = 1, Timeout = TimeSpan.FromSeconds(1), ChannelOpts = new NatsSubChannelOpts { Capacity = 1, FullMode = BoundedChannelFullMode.Wait } };
        AsyncEventHandler<NatsEventArgs> handler = (_, _) => default;
        _ = (handler, new NatsEventArgs("message"), new NatsServerErrorEventArgs("error"), new NatsConnectionFailedException("message"));
        return error.Success ? plain.Error : error.Error;
    }

    private static ValueTask Text(string text) => text is null ? throw new ArgumentNullException(nameof(text)) : default;
}
