using Xunit;

namespace Earshot.Server.Tests.Guide;

/// <summary>Tests against the in-process server as its guide prints them.</summary>
public sealed class GuideTests : IDisposable
{
    private readonly CancellationTokenSource _patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public GuideTests() => _patience.CancelAfter(TimeSpan.FromSeconds(30));

    public void Dispose() => _patience.Dispose();

    // snippet: test-reconnect
    [Fact]
    public async Task My_handler_receives_a_reconnect()
    {
        CancellationToken ct = TestContext.Current.CancellationToken;
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: ct);
        var heard = new TaskCompletionSource<int>();
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        connection.Events.On<NatsReconnectedEvent>(e => heard.TrySetResult(e.Attempts)); // your handler here
        await connection.ConnectAsync(ct);
        server.Faults.Drop(NatsTestServerDrop.Reset);
        Assert.Equal(1, await heard.Task.WaitAsync(TimeSpan.FromSeconds(30), ct));
    }
    // end snippet

    [Fact]
    public async Task Faults_of_the_guide_are_felt()
    {
        CancellationToken ct = _patience.Token;
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: ct);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url, RetryOnInitialConnect = true });
        // snippet: faults
        server.Faults.RefuseConnections(2);   // the next two are reset before INFO
        await connection.ConnectAsync(ct);
        long before = connection.Events.LastSequence;
        await server.Faults.RestartAsync(ct); // same port, new id, no subscription left
        await connection.Events.WhenAsync<NatsReconnectedEvent>(before, ct);

        before = connection.Events.LastSequence;
        server.Clients[0].Faults.SendError("Maximum Subscriptions Exceeded");
        NatsServerErrorEvent error = await connection.Events.WhenAsync<NatsServerErrorEvent>(before, ct);
        // end snippet
        Assert.Contains("Subscriptions", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Watched_server_is_a_server()
    {
        CancellationToken ct = _patience.Token;
        // snippet: watch
        var options = new NatsTestServerOptions { TranscriptCapacity = 100 };
        await using NatsTestServer server = PrintTranscriptsAttribute.Watch(await NatsTestServer.StartAsync(options, ct));
        // end snippet
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        await connection.PingAsync(ct);
        Assert.Contains("PONG", server.Transcript, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Views_of_the_guide_show_what_happened()
    {
        CancellationToken ct = _patience.Token;
        // snippet: views
        var options = new NatsTestServerOptions { Users = [new NatsTestServerUser("alice", "secret")], TranscriptCapacity = 100 };
        await using NatsTestServer server = await NatsTestServer.StartAsync(options, ct);
        await using var connection = new NatsConnection(new NatsOpts
        {
            Url = server.Url,
            AuthOpts = new NatsAuthOpts { Username = "alice", Password = "secret" },
        });
        await using INatsSub<string> orders = await connection.SubscribeCoreAsync<string>("orders.*", cancellationToken: ct);
        await server.WaitForSubscriptionAsync("orders.7", ct);
        await connection.PublishAsync("orders.7", "paid", cancellationToken: ct);
        NatsMsg<string> order = await orders.Msgs.ReadAsync(ct);

        Assert.Equal("paid", order.Data);
        Assert.Equal("orders.7: paid", server.Published[^1].ToString());
        Assert.Equal("alice", server.Clients[0].User);
        Assert.Contains("orders.*", server.Clients[0].Subscriptions);
        Assert.DoesNotContain("secret", server.Transcript, StringComparison.Ordinal);
        // end snippet
    }

    [Fact]
    public async Task Memory_carries_the_connection_of_the_guide()
    {
        CancellationToken ct = _patience.Token;
        // snippet: in-memory
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { Listen = false }, ct);
        await using var connection = new NatsConnection(new NatsOpts
        {
            SocketConnectionFactory = new NatsPipeConnectionFactory((_, attempt) => server.ConnectInMemoryAsync(attempt)),
        });
        await connection.PingAsync(ct);
        // end snippet
        Assert.Equal(0, server.Port);
        Assert.Single(server.Clients);
    }

    [Fact]
    public async Task Clusters_of_the_guide_take_the_connection_over()
    {
        CancellationToken ct = _patience.Token;
        // snippet: mock-cluster
        await using NatsTestCluster cluster = await NatsTestCluster.StartAsync(size: 3, cancellationToken: ct);
        await using var connection = new NatsConnection(new NatsOpts { Url = cluster.Urls[0] });
        await connection.ConnectAsync(ct);

        long before = connection.Events.LastSequence;
        await cluster.RemoveAsync(cluster.Servers[0]);
        NatsReconnectedEvent moved = await connection.Events.WhenAsync<NatsReconnectedEvent>(before, ct);
        // end snippet
        Assert.NotEqual(moved.PreviousServer.Url, moved.Server.Url);
    }
}
