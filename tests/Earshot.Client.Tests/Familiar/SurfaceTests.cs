using System.Buffers;
using System.Text;
using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Client.Tests.Serialization;
using Earshot.Testing;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace Earshot.Client.Tests.Familiar;

/// <summary>Members that .NET users of NATS write and that are no part of anything larger.</summary>
public sealed class SurfaceTests
{
    [Fact]
    public async Task CreateRequestSubAsync_gives_the_subscription_of_the_replies()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        await using NatsSub<string> replies = await rig.Connection.CreateRequestSubAsync<int, string>("a", 7, new NatsHeaders { ["A"] = "1" }, replyOpts: new NatsSubOpts { MaxMsgs = 2 }, cancellationToken: rig.Token);
        Assert.StartsWith("_INBOX.", replies.Subject, StringComparison.Ordinal);
        await peer.ExpectAsync($"SUB {replies.Subject} 1", rig.Token);
        await peer.ExpectAsync("UNSUB 1 2", rig.Token);
        Assert.Equal("NATS/1.0\r\nA: 1\r\n\r\n7", (await peer.ExpectAsync($"HPUB a {replies.Subject}", rig.Token)).PayloadText);
        await peer.SendMessageAsync(replies.Subject, 1, "one");
        await peer.SendMessageAsync(replies.Subject, 1, "two");
        Assert.Equal(["one", "two"], await replies.Msgs.ReadAllAsync(rig.Token).Select(reply => reply.Data).ToListAsync(rig.Token));
    }

    [Fact]
    public async Task CreateRequestSubAsync_whose_request_cannot_be_sent_leaves_no_subscription()
    {
        await using var rig = new ConnectionRig();
        await rig.OpenAsync();
        await Assert.ThrowsAsync<NatsPayloadTooLargeException>(() => rig.Connection.CreateRequestSubAsync<byte[], string>("a", new byte[1_048_577], cancellationToken: rig.Token).AsTask());
        Assert.Equal(0, rig.Connection.Stats.SubscriptionCount);
        Assert.Throws<NatsInvalidSubjectException>(() => { _ = rig.Connection.PublishAsync("a b", 1); });
        await Assert.ThrowsAsync<NatsInvalidSubjectException>(() => rig.Connection.CreateRequestSubAsync<byte[], string>("a b", [], cancellationToken: rig.Token).AsTask());
    }

    [Fact]
    public async Task OnSubscribed_is_awaited_when_the_subscription_reaches_what_is_published_next()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        var opts = new NatsSubOpts { Events = new NatsSubEvents { OnSubscribed = async sub => await rig.Connection.PublishAsync(sub.Subject, "first", cancellationToken: rig.Token) } };
        await using IAsyncEnumerator<NatsMsg<string>> messages = rig.Connection.SubscribeAsync<string>("a", opts: opts, cancellationToken: rig.Token).GetAsyncEnumerator(rig.Token);
        Task<bool> next = messages.MoveNextAsync().AsTask();
        await peer.ExpectAsync("SUB a 1", rig.Token);
        await peer.ExpectAsync("PUB a 5", rig.Token);
        await peer.SendMessageAsync("a", 1, "first");
        Assert.True(await next);

        opts = new NatsSubOpts { Events = new NatsSubEvents { OnSubscribed = _ => throw new IOException("no") } };
        await Assert.ThrowsAsync<IOException>(() => rig.Connection.SubscribeCoreAsync<string>("b", opts: opts, cancellationToken: rig.Token).AsTask());
        Assert.Equal(1, rig.Connection.Stats.SubscriptionCount);
    }

    [Fact]
    public async Task Hooks_can_be_set_on_the_connection_and_replace_those_of_the_options()
    {
        await using var rig = new ConnectionRig(o => o with { OnConnectingAsync = _ => throw new IOException("that of the options") });
        (string Host, int Port) asked = default;
        INatsSocketConnection? shown = null;
        rig.Connection.OnConnectingAsync = target =>
        {
            asked = target;
            return new ValueTask<(string Host, int Port)>(("10.0.0.2", target.Port));
        };
        ((INatsConnection)rig.Connection).OnSocketAvailableAsync = socket => new ValueTask<INatsSocketConnection>(shown = socket);
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        await rig.AcceptAsync(2);
        await connecting;
        Assert.Equal(("10.0.0.1", 4222), asked);
        Assert.NotNull(shown);
        Assert.NotNull(rig.Connection.OnConnectingAsync);
        Assert.NotNull(rig.Connection.OnSocketAvailableAsync);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ConnectionDisconnected_says_whether_the_application_asked_for_it(bool isRequested)
    {
        await using var rig = new ConnectionRig();
        var seen = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var closed = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Connection.ConnectionDisconnected += (_, args) =>
        {
            seen.TrySetResult(args.IsRequested);
            return default;
        };
        rig.Connection.ConnectionClosed += (_, args) =>
        {
            closed.TrySetResult(args.IsRequested);
            return default;
        };
        ScriptedPeer peer = await rig.OpenAsync();
        if (!isRequested)
        {
            peer.Close();
            Assert.False(await seen.Task.WaitAsync(rig.Token));
        }

        await rig.PassUntilAsync(rig.Connection.DisposeAsync().AsTask());
        Assert.Equal(isRequested, await seen.Task.WaitAsync(rig.Token));
        Assert.True(await closed.Task.WaitAsync(rig.Token));
        Assert.False(new NatsEventArgs("by hand").IsRequested);
    }

    [Fact]
    public async Task A_message_above_the_hard_cap_ends_the_session()
    {
        await using var rig = new ConnectionRig(o => o with { MaxPayloadHardCap = 10 });
        ScriptedPeer peer = await rig.OpenAsync();
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("a", cancellationToken: rig.Token);
        await peer.SendMessageAsync("a", 1, "1234567890");
        Assert.Equal("1234567890", (await sub.Msgs.ReadAsync(rig.Token)).Data);
        await peer.SendMessageAsync("a", 1, "12345678901");
        Assert.Equal(NatsDisconnectReason.ProtocolError, (await rig.WhenAsync<NatsDisconnectedEvent>()).Reason);
    }

    [Fact]
    public async Task A_drain_waits_for_the_PONG_no_longer_than_DrainPingTimeout()
    {
        await using var rig = new ConnectionRig(o => o with { DrainPingTimeout = TimeSpan.FromSeconds(1), DrainTimeout = TimeSpan.FromSeconds(10), ProbeDelay = Timeout.InfiniteTimeSpan });
        ScriptedPeer peer = await rig.OpenAsync();
        INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("a", cancellationToken: rig.Token);
        Task draining = sub.DrainAsync(rig.Token).AsTask();
        await peer.ExpectAsync("SUB", rig.Token);
        await peer.ExpectAsync("UNSUB", rig.Token);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await draining.WaitAsync(rig.Token);
        Assert.Equal(NatsSubEndReason.None, sub.EndReason); // the drain itself goes on
    }

    [Fact]
    public void A_message_comes_apart_and_event_arguments_are_made_by_hand()
    {
        (string subject, string? replyTo, int size, NatsHeaders? headers, int data, INatsConnection? connection, NatsMsgFlags flags) = new NatsMsg<int>("a", "b", 3, [], 7, null, NatsMsgFlags.Empty);
        Assert.Equal(("a", "b", 3, 0, 7, null, NatsMsgFlags.Empty), (subject, replyTo, size, headers?.Count, data, connection, flags));

        var error = new NatsServerErrorEventArgs("Permissions Violation for Publish to \"a\"");
        Assert.Equal((NatsServerErrorKind.PermissionsViolation, error.Error), (error.Kind, error.Message));
        Assert.Equal(NatsServerErrorKind.Unknown, new NatsServerErrorEventArgs("what").Kind);
        Assert.Equal(NatsServerErrorKind.StaleConnection, new NatsServerErrorEventArgs("Stale Connection").Kind);
        Assert.True(new NatsServerException("Authorization Violation").IsAuthError);
        Assert.Equal("Stale Connection", new NatsServerException("Stale Connection").Error);
        Assert.False(new NatsServerException("Stale Connection").IsAuthError);
        Assert.Equal("Connection", NatsLogEvents.Connection.Name);
        var cause = new IOException("cause");
        Assert.Same(cause, new NatsSubException("m", System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(cause), new byte[1], default).InnerException);
    }

    [Fact]
    public void A_header_parser_reads_the_status_line_and_tells_cases_apart_where_it_is_told_to()
    {
        var headers = new NatsHeaders();
        var block = new ReadOnlySequence<byte>("NATS/1.0 100 Idle Heartbeat\r\nA: 1\r\na: 2\r\n\r\n"u8.ToArray());
        Assert.True(new NatsHeaderParser(Encoding.UTF8).ParseHeaders(new SequenceReader<byte>(block), headers));
        Assert.Equal((100, "Idle Heartbeat", NatsHeaders.Messages.IdleHeartbeat), (headers.Code, headers.MessageText, headers.Message));
        Assert.Equal(new StringValues(["1", "2"]), headers["A"]);

        var exact = new NatsHeaders(caseSensitive: true);
        var parser = new NatsHeaderParser(Encoding.ASCII, caseSensitiveHeaders: true);
        parser.ParseHeaders(new SequenceReader<byte>(block), exact);
        Assert.Equal(("1", "2", true), (exact["A"].ToString(), exact["a"].ToString(), parser.CaseSensitiveHeaders));
    }

    [Fact]
    public void A_message_is_built_without_a_serializer()
    {
        var known = new NatsMsgBuilder<Order> { Subject = "ab", Data = new Order(1, null) };
        Assert.Equal(2 + "{\"Id\":1,\"Note\":null,\"Parent\":null}".Length, known.Msg.Size);
        var unknown = new NatsMsgBuilder<Type> { Subject = "ab", Data = typeof(int), SerializationBufferSize = 1, Encoding = Encoding.ASCII };
        Assert.Equal((2, typeof(int)), (unknown.Msg.Size, unknown.Msg.Data));
    }

    [Fact]
    public async Task The_snapshot_of_a_connection_is_public()
    {
        await using var rig = new ConnectionRig();
        Assert.Null(rig.Connection.Snapshot.Server);
        await rig.OpenAsync();
        Assert.Equal("10.0.0.1", rig.Connection.Snapshot.Server?.Url.Host);
    }

    [Fact]
    public async Task A_serializer_that_derives_from_one_of_ours_is_asked()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        await rig.Connection.PublishAsync("a", "x", serializer: new Shouting(), cancellationToken: rig.Token);
        Assert.Equal("x!", (await peer.ExpectAsync("PUB a 2", rig.Token)).PayloadText);
    }

    [Fact]
    public void Unknown_type_without_reflection_JSON_says_exactly_what_to_do()
    {
        string message = Earshot.Serialization.SerializerChain.UnknownType(typeof(Order), hasReflectionJson: false).Message;
        Assert.All(
            new[] { typeof(Order).ToString(), "[JsonSerializable(typeof(Order))]", "NatsOpts.SerializerRegistry = new NatsJsonContextSerializerRegistry(", "'#:property PublishAot=false'", "<JsonSerializerIsReflectionEnabledByDefault>true<" },
            part => Assert.Contains(part, message, StringComparison.Ordinal));
        Assert.DoesNotContain(nameof(NatsClientDefaultSerializerRegistry), message, StringComparison.Ordinal);
    }

    private sealed class Shouting : NatsUtf8PrimitivesSerializer<string>, INatsSerializerWithContext<string>
    {
        void INatsSerializeWithContext<string>.Serialize(IBufferWriter<byte> bufferWriter, string value, in NatsMsgContext context) => base.Serialize(bufferWriter, value + "!");
    }
}
