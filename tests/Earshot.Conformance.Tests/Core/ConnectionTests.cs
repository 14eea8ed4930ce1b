using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Core;

/// <summary>What one calls on a whole connection: ping, flush, drain, close, reconnect, statistics, limits.</summary>
public sealed class ConnectionTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task First_use_connects_and_exposes_the_server_info()
    {
        await using NatsConnection nats = servers.NewConnection();
        Assert.Equal(NatsConnectionState.Closed, nats.ConnectionState);
        Assert.True(await nats.PingAsync(Token).InTimeAsync() > TimeSpan.Zero);
        Assert.Equal(NatsConnectionState.Open, nats.ConnectionState);
        Assert.Equal(servers.Port, nats.ServerInfo!.Port);
        Assert.Equal(1024 * 1024, nats.ServerInfo.MaxPayload);
        Assert.True(nats.ServerInfo.HeadersSupported);
        await nats.ConnectAsync(Token).InTimeAsync();
        Assert.Equal(1, nats.Stats.Connects);
    }

    [Fact]
    public async Task Statistics_count_every_message_exactly()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        NatsStats before = nats.Stats;
        string subject = Servers.NewSubject();
        await using INatsSub<byte[]> sub = await nats.SubscribeCoreAsync<byte[]>(subject, cancellationToken: Token);
        for (int i = 0; i < 250; i++)
        {
            await nats.PublishAsync(subject, new byte[100], cancellationToken: Token);
        }

        await nats.FlushAsync(Token).InTimeAsync();

        NatsStats after = nats.Stats;
        Assert.Equal(250, after.SentMessages - before.SentMessages);
        Assert.Equal(250, after.ReceivedMessages - before.ReceivedMessages);
        Assert.Equal((0L, 0L, 0L), (after.PendingMessages, after.PendingBytes, after.DroppedMessages));
        Assert.Equal(1, after.SubscriptionCount);
        int pub = $"PUB {subject} 100\r\n".Length + 102;
        int sent = (250 * pub) + $"SUB {subject} {sub.Sid}\r\n".Length + "PING\r\n".Length;
        Assert.Equal(sent, after.SentBytes - before.SentBytes);
        Assert.Equal(250, sub.Stats.PendingMessages);
        await sub.NextAsync(100);
        Assert.Equal((100, 150, 0), (sub.Stats.Delivered, sub.Stats.PendingMessages, sub.Stats.Dropped));
    }

    [Fact]
    public async Task Draining_the_connection_delivers_what_had_arrived_sends_what_was_published_and_closes()
    {
        await using NatsConnection reader = await servers.ConnectAsync();
        NatsConnection nats = await servers.ConnectAsync();
        string subject = Servers.NewSubject();
        await using INatsSub<int> elsewhere = await reader.SubscribeCoreAsync<int>(subject, cancellationToken: Token);
        await elsewhere.ConfirmAsync(Token).InTimeAsync();
        await using INatsSub<int> own = await nats.SubscribeCoreAsync<int>(subject, cancellationToken: Token);
        for (int i = 0; i < 1_000; i++)
        {
            await nats.PublishAsync(subject, i, cancellationToken: Token);
        }

        await nats.FlushAsync(Token).InTimeAsync();
        Task drained = nats.DrainAsync(Token).AsTask();

        Assert.Equal(Enumerable.Range(0, 1_000), (await own.ToEndAsync()).Select(message => message.Data));
        await drained.WaitAsync(Servers.Limit, Token);
        Assert.Equal(1_000, (await elsewhere.NextAsync(1_000)).Count);
        NatsClosedEvent closed = await nats.Closed.WaitAsync(Servers.Limit, Token);
        Assert.Equal(NatsCloseReason.DrainCompleted, closed.Reason);
        NatsConnectionClosedException refused = await Assert.ThrowsAsync<NatsConnectionClosedException>(
            async () => await nats.PublishAsync(subject, 1, cancellationToken: Token));
        Assert.Equal((NatsCloseReason.DrainCompleted, NatsOutcome.NotSent), (refused.Reason, refused.Outcome));
        await nats.DisposeAsync();
    }

    [Fact]
    public async Task Closing_sends_what_was_published_and_ends_everything_that_waits()
    {
        await using NatsConnection reader = await servers.ConnectAsync();
        await using NatsConnection nats = await servers.ConnectAsync();
        await using INatsSub<int> elsewhere = await reader.SubscribeCoreAsync<int>(Servers.NewSubject(), cancellationToken: Token);
        await elsewhere.ConfirmAsync(Token).InTimeAsync();
        await using INatsSub<int> own = await nats.SubscribeCoreAsync<int>(Servers.NewSubject(), cancellationToken: Token);
        Task<NatsMsg<int>> request = nats.RequestAsync<int, int>(elsewhere.Subject, 1, replyOpts: new NatsSubOpts { Timeout = Servers.Limit }, cancellationToken: Token).InTimeAsync();
        for (int i = 0; i < 100; i++)
        {
            await nats.PublishAsync(elsewhere.Subject, i, cancellationToken: Token);
        }

        await nats.CloseAsync().InTimeAsync();

        Assert.Equal(101, (await elsewhere.NextAsync(101)).Count);
        NatsConnectionLostException unanswered = await Assert.ThrowsAsync<NatsConnectionLostException>(() => request);
        Assert.Equal((NatsDisconnectReason.UserClosed, NatsOutcome.Unknown), (unanswered.Reason, unanswered.Outcome));
        NatsConnectionClosedException ended = await Assert.ThrowsAsync<NatsConnectionClosedException>(() => own.ToEndAsync());
        Assert.Equal((NatsCloseReason.UserClosed, NatsSubEndReason.ConnectionClosed), (ended.Reason, own.EndReason));
        Assert.True(nats.SessionToken.IsCancellationRequested);
        Assert.Empty(NatsJournalValidator.Validate(nats.Events.ToList()));
    }

    [Fact]
    public async Task Reconnecting_completes_when_connected_again_and_subscriptions_continue()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        await using INatsSub<int> sub = await nats.SubscribeCoreAsync<int>(Servers.NewSubject(), cancellationToken: Token);
        ulong first = nats.ServerInfo!.ClientId;
        await nats.ReconnectAsync(Token).InTimeAsync();
        Assert.Equal((NatsConnectionState.Open, 1L), (nats.ConnectionState, nats.Stats.Reconnects));
        Assert.NotEqual(first, nats.ServerInfo!.ClientId);
        await nats.PublishAsync(sub.Subject, 7, cancellationToken: Token);
        Assert.Equal(7, (await sub.NextAsync()).Data);
    }

    [Fact]
    [OnlyReal(Because.ItNeedsAServerProcess)]
    public async Task The_limit_of_the_account_is_the_one_that_is_kept()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(
            new NatsServerSetup { Config = "accounts { A { users = [ { user: u, password: c4n4ry } ], limits { max_payload: 100 } } }" }, Token);
        await using var nats = new NatsConnection(new NatsOpts { Url = $"nats://u:c4n4ry@127.0.0.1:{server.Port}" });
        await nats.ConnectAsync(Token).InTimeAsync();
        await nats.FlushAsync(Token).InTimeAsync();
        Assert.Equal(100, nats.ServerInfo!.MaxPayload);
        await nats.PublishAsync("s", new byte[100], cancellationToken: Token);
        NatsPayloadTooLargeException refused = await Assert.ThrowsAsync<NatsPayloadTooLargeException>(
            async () => await nats.PublishAsync("s", new byte[101], cancellationToken: Token));
        Assert.Equal((101L, 100L), (refused.Size, refused.Limit));
        await Assert.ThrowsAsync<NatsPayloadTooLargeException>(
            async () => await nats.PublishAsync("s", new byte[95], new NatsHeaders { { "A", "1" } }, cancellationToken: Token));
        await nats.FlushAsync(Token).InTimeAsync();
        Assert.Equal(0, nats.Stats.Reconnects);
    }

    [Fact]
    public async Task Two_simple_clients_exchange_json()
    {
        await using var one = new NatsClient(servers.Url, "one");
        await using var two = new NatsClient(servers.Url, "two");
        await using INatsSub<Dictionary<string, int>> sub = await two.Connection.SubscribeCoreAsync<Dictionary<string, int>>(Servers.NewSubject(), cancellationToken: Token);
        await sub.ConfirmAsync(Token).InTimeAsync();
        await one.PublishAsync(sub.Subject, new Dictionary<string, int> { ["a"] = 1 }, cancellationToken: Token);
        Assert.Equal(1, (await sub.NextAsync()).Data!["a"]);
        await one.ReconnectAsync(Token).InTimeAsync();
        Assert.True(await one.PingAsync(Token).InTimeAsync() > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_pool_returns_its_connections_in_turn()
    {
        await using var pool = new NatsConnectionPool(2, new NatsOpts { Url = servers.Url });
        INatsConnection first = pool.GetConnection();
        INatsConnection second = pool.GetConnection();
        Assert.NotSame(first, second);
        Assert.Same(first, pool.GetConnection());
        await first.PingAsync(Token).InTimeAsync();
        await second.PingAsync(Token).InTimeAsync();
        Assert.NotEqual(first.ServerInfo!.ClientId, second.ServerInfo!.ClientId);
    }

    [Fact]
    [OnlyReal(Because.ItNeedsAnOldServer)]
    public async Task The_oldest_server_of_the_distribution_works_too()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { Binary = await NatsServerLocator.Oldest }, Token);
        await using var nats = new NatsConnection(new NatsOpts { Url = server.Url, ReconnectWaitMin = TimeSpan.FromMilliseconds(20), ReconnectWaitMax = TimeSpan.FromMilliseconds(50) });
        await using INatsSub<string> sub = await nats.SubscribeCoreAsync<string>("s", cancellationToken: Token);
        await nats.PublishAsync("s", "data", new NatsHeaders { { "A", "ä" } }, cancellationToken: Token);
        NatsMsg<string> message = await sub.NextAsync();
        Assert.Equal(("data", "ä"), (message.Data, message.Headers!["A"].ToString()));
        await Assert.ThrowsAsync<NatsNoRespondersException>(() => nats.RequestAsync<int>("no.responders", cancellationToken: Token).InTimeAsync());
        Task<NatsReconnectedEvent> back = nats.Events.WhenAsync<NatsReconnectedEvent>(cancellationToken: Token);
        await server.RestartAsync(Token);
        await back.WaitAsync(Servers.Limit, Token);
        await nats.PublishAsync("s", "again", cancellationToken: Token);
        Assert.Equal("again", (await sub.NextAsync()).Data);
        await nats.DrainAsync(Token).InTimeAsync();
        Assert.Empty(NatsJournalValidator.Validate(nats.Events.ToList()));
    }
}
