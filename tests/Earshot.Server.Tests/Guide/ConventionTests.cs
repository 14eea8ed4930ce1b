using Earshot.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Earshot.Server.Tests.Guide;

// snippet: fixture
/// <summary>One server for all tests of a class; each test has a subject of its own.</summary>
public sealed class NatsFixture : IAsyncLifetime
{
    public NatsTestServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await NatsTestServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

public sealed class OrderTests(NatsFixture nats) : IClassFixture<NatsFixture>
{
    [Fact]
    public async Task Order_is_published_once()
    {
        CancellationToken ct = TestContext.Current.CancellationToken;
        await using var connection = new NatsConnection(new NatsOpts { Url = nats.Server.Url });
        await connection.PublishAsync("orders.new", "42", cancellationToken: ct); // your code here
        await connection.PingAsync(ct);
        Assert.Equal("42", Assert.Single(nats.Server.Published, message => message.Subject == "orders.new").Text);
    }
}
// end snippet

// snippet: service
/// <summary>The service under test: it takes no new work while its server is about to leave.</summary>
public sealed class Worker(NatsConnection connection) : BackgroundService
{
    private readonly TaskCompletionSource _paused = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Paused => _paused.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using IDisposable pausing = connection.Events.On<NatsLameDuckModeEvent>(_ => _paused.TrySetResult());
        await connection.ConnectAsync(stoppingToken);
        await foreach (NatsMsg<string> job in connection.SubscribeAsync<string>("jobs", cancellationToken: stoppingToken))
        {
            await job.ReplyAsync("done", cancellationToken: stoppingToken);
        }
    }
}
// end snippet

public sealed class ConventionTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    // snippet: host-test
    [Fact]
    public async Task Hosted_service_answers_jobs()
    {
        CancellationToken ct = TestContext.Current.CancellationToken;
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: ct);
        using IHost host = CreateHost(server.Url);
        await host.StartAsync(ct);
        await server.WaitForSubscriptionAsync("jobs", ct).WaitAsync(TimeSpan.FromSeconds(30), ct);

        await using var caller = new NatsConnection(new NatsOpts { Url = server.Url });
        NatsMsg<string> answer = await caller.RequestAsync<string, string>("jobs", "1", cancellationToken: ct);
        Assert.Equal("done", answer.Data);
        await host.StopAsync(ct);
    }

    private static IHost CreateHost(string url)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddNats(configureOpts: opts => opts with { Url = url }); // the host closes it
        builder.Services.AddSingleton<Worker>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Worker>());
        return builder.Build();
    }
    // end snippet

    // snippet: lame-duck-test
    [Fact]
    public async Task My_service_pauses_on_lame_duck()
    {
        CancellationToken ct = TestContext.Current.CancellationToken;
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: ct);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        using var worker = new Worker(connection);
        await worker.StartAsync(ct);
        await server.WaitForSubscriptionAsync("jobs", ct).WaitAsync(TimeSpan.FromSeconds(30), ct);

        server.Clients[0].Faults.EnterLameDuckMode(); // notifies this client only; the server keeps running
        await worker.Paused.WaitAsync(TimeSpan.FromSeconds(30), ct);
        await worker.StopAsync(ct);
    }
    // end snippet

    [Fact]
    public async Task Two_hundred_servers_run_side_by_side_with_a_client_each()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        NatsTestServer[] servers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => NatsTestServer.StartAsync(cancellationToken: token))).WaitAsync(s_limit, token);
        var connections = servers.Select(server => new NatsConnection(new NatsOpts { Url = server.Url, ConnectTimeout = s_limit })).ToList();
        await Task.WhenAll(connections.Select(connection => connection.PingAsync(token).AsTask())).WaitAsync(s_limit, token);

        Assert.Equal(200, servers.Select(server => server.Port).Distinct().Count());
        Assert.All(servers, server => Assert.Contains(server.Clients, client => client.IsConnected));
        foreach (NatsConnection? connection in connections)
        {
            await connection.DisposeAsync();
        }

        foreach (NatsTestServer? server in servers)
        {
            await server.DisposeAsync();
        }
    }
}
