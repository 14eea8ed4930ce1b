using Earshot.Hosting.Tests.Kit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Earshot.Hosting.Tests;

public sealed class RegistrationTests
{
    [Fact]
    public async Task One_connection_serves_all_types_and_scopes_until_the_host_ends()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Hosts.Cancel);
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", server.Url));
        builder.AddNats();
        IHost host = builder.Build();
        NatsConnection connection = host.Services.GetRequiredService<NatsConnection>();
        await using (AsyncServiceScope scope = host.Services.CreateAsyncScope())
        {
            Assert.Same(connection, scope.ServiceProvider.GetRequiredService<INatsConnection>());
            Assert.Same(connection, scope.ServiceProvider.GetRequiredService<INatsClient>());
            await connection.ConnectAsync(Hosts.Cancel);
        }

        await using (connection)
        {
            // Code that owns what it resolves must not close the connection of others.
        }

        Assert.Equal(NatsConnectionState.Open, connection.ConnectionState);
        host.Dispose();
        Assert.Equal(NatsConnectionState.Closed, connection.ConnectionState);
    }

    [Fact]
    public async Task Pool_hands_out_its_connections_in_turn_and_scopes_close_none()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Hosts.Cancel);
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", server.Url));
        builder.Services.AddNats(poolSize: 2);
        using IHost host = builder.Build();
        INatsConnection first, second;
        await using (AsyncServiceScope scope = host.Services.CreateAsyncScope())
        {
            first = scope.ServiceProvider.GetRequiredService<INatsConnection>();
            second = scope.ServiceProvider.GetRequiredService<INatsConnection>();
            Assert.Same(first, scope.ServiceProvider.GetRequiredService<INatsConnection>());
            await first.ConnectAsync(Hosts.Cancel);
        }

        Assert.NotSame(first, second);
        Assert.Equal(["test-app #1", "test-app #2"], [first.Opts.Name, second.Opts.Name]);
        Assert.Equal(NatsConnectionState.Open, first.ConnectionState);
        Assert.Equal([first, second], host.Services.GetRequiredService<INatsConnectionPool>().GetConnections());
    }

    [Fact]
    public void Later_call_decides_whether_connections_are_handed_out_in_turn()
    {
        using ServiceProvider pool = new ServiceCollection().AddNats().AddNats(poolSize: 4).BuildServiceProvider();
        Assert.Equal(4, Resolve(pool).Distinct().Count());
        Assert.Equal(pool.GetRequiredService<INatsConnectionPool>().GetConnections().ToHashSet(), Resolve(pool).ToHashSet());
        using ServiceProvider one = new ServiceCollection().AddNats(poolSize: 4).AddNats(nats => nats.WithPoolSize(1)).BuildServiceProvider();
        Assert.Single(Resolve(one).Distinct());

        static INatsConnection[] Resolve(ServiceProvider provider) => [.. Enumerable.Range(0, 8).Select(_ => provider.GetRequiredService<INatsConnection>())];
    }

    [Fact]
    public async Task Registration_of_the_application_behind_the_first_call_still_decides_after_a_later_one()
    {
        await using var own = new NatsClient();
        var services = new ServiceCollection();
        services.AddNats().AddSingleton<INatsClient>(own).AddNats(poolSize: 2);
        await using ServiceProvider provider = services.BuildServiceProvider();
        Assert.Same(own, provider.GetRequiredService<INatsClient>());
    }

    [Theory]
    [InlineData("ConfigureConnection")]
    [InlineData("the pool size (WithPoolSize)")]
    [InlineData("a step of the options (ConfigureOptions)")]
    [InlineData("a logger provider")]
    public void Code_that_resolves_the_connection_while_it_is_created_gets_an_exception_that_names_it(string code)
    {
        var services = new ServiceCollection();
        services.AddNats(nats => _ = code switch
        {
            "ConfigureConnection" => nats.ConfigureConnection((provider, _) => provider.GetRequiredService<INatsConnection>()),
            "the pool size (WithPoolSize)" => nats.WithPoolSize(provider => provider.GetRequiredService<INatsConnectionPool>().GetConnections().Count()),
            "a step of the options (ConfigureOptions)" => nats.ConfigureOptions((provider, opts) => opts with { Name = provider.GetRequiredService<INatsClient>().ToString()! }),
            _ => nats,
        });
        if (code == "a logger provider")
        {
            services.AddLogging().AddSingleton<Microsoft.Extensions.Logging.ILoggerProvider>(provider => throw new NotSupportedException(provider.GetRequiredService<NatsConnection>().Opts.Name));
        }

        using ServiceProvider provider = services.BuildServiceProvider();
        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<INatsConnection>());
        Assert.StartsWith($"The NATS connection was resolved by {code} while it is created.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_have_connections_of_their_own()
    {
        using ServiceProvider provider = new ServiceCollection().AddNats().AddKeyedNats("a").AddNats(key: 7).BuildServiceProvider();
        INatsConnection[] all = [provider.GetRequiredService<INatsConnection>(), provider.GetRequiredKeyedService<INatsConnection>("a"), provider.GetRequiredKeyedService<INatsConnection>(7)];
        Assert.Equal(3, all.Distinct().Count());
        Assert.Same(all[1], provider.GetRequiredKeyedService<NatsConnection>("a"));
    }

    [Fact]
    public void Shapes_of_the_official_packages_compile_and_configure()
    {
        List<string> configured = [];
        using ServiceProvider provider = new ServiceCollection()
            .AddNatsClient(nats => nats
                .WithKey("one")
                .WithPoolSize(1)
                .ConfigureOptions(options => options.Configure(builder => builder.Opts = builder.Opts with { Name = "built" }))
                .ConfigureOptions(opts => opts with { Echo = false })
                .ConfigureConnection(connection => configured.Add(connection.Opts.Name)))
            .AddNats(configureOpts: opts => opts with { Name = "plain" }, configureConnection: connection => configured.Add(connection.Opts.Name))
            .BuildServiceProvider();
        Assert.False(provider.GetRequiredKeyedService<INatsConnection>("one").Opts.Echo);
        Assert.Equal("plain", provider.GetRequiredService<INatsClient>().Connection.Opts.Name);
        Assert.Equal(["built", "plain"], configured);
    }

    [Fact]
    public async Task Json_is_a_default_serializer()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Hosts.Cancel);
        await using ServiceProvider provider = new ServiceCollection().AddNats(configureOpts: opts => opts with { Url = server.Url }).BuildServiceProvider();
        INatsConnection connection = provider.GetRequiredService<INatsConnection>();
        await connection.PublishAsync("orders", new Order(7), cancellationToken: Hosts.Cancel);
        await connection.PingAsync(Hosts.Cancel);
        Assert.Equal("{\"number\":7}", Assert.Single(server.Published).Text, ignoreCase: true);
    }

    [Fact]
    public async Task Listener_of_the_container_gets_every_event_and_may_use_the_connection()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Hosts.Cancel);
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", server.Url), ("Nats:ConnectOnStart", "Required"));
        builder.AddNats();
        builder.Services.AddNatsListener<Listener>();
        using IHost host = builder.Build();
        await host.StartAsync(Hosts.Cancel);
        Listener listener = host.Services.GetRequiredService<Listener>();
        Assert.Equal(1, (await listener.Connected.WaitAsync(Hosts.Limit, Hosts.Cancel)).SessionId);
        Assert.Same(host.Services.GetRequiredService<INatsConnection>(), listener.Connection);
        await host.StopAsync(Hosts.Cancel);
        Assert.DoesNotContain(NatsEventKind.ConnectAttempt, listener.Kinds);
    }

    [Fact]
    public async Task Listener_that_cannot_be_created_at_first_is_added_by_the_next_use_and_the_others_once()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Hosts.Cancel);
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", server.Url));
        int attempts = 0;
        builder.AddNats();
        builder.Services.AddNatsListener<PlainListener>().AddNatsListener<LateListener>();
        builder.Services.AddSingleton(_ => ++attempts == 1 ? throw new InvalidOperationException("not yet") : new LateListener());
        using IHost host = builder.Build();
        await host.StartAsync(Hosts.Cancel);
        Assert.Throws<InvalidOperationException>(() => host.Services.GetRequiredService<INatsConnection>());
        INatsConnection connection = host.Services.GetRequiredService<INatsConnection>();
        await connection.ConnectAsync(Hosts.Cancel);
        await host.Services.GetRequiredService<LateListener>().Connected.WaitAsync(Hosts.Limit, Hosts.Cancel);
        await host.StopAsync(Hosts.Cancel);
        await connection.Closed.WaitAsync(Hosts.Limit, Hosts.Cancel); // every listener was offered every event
        Assert.Equal(1, host.Services.GetRequiredService<PlainListener>().Connects);
    }

    [Fact]
    public async Task Connections_whose_configuration_fails_end_and_the_next_use_creates_others()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Hosts.Cancel);
        List<NatsConnection> created = [];
        ServiceProvider provider = new ServiceCollection()
            .AddNats(poolSize: 2, configureOpts: opts => opts with { Url = server.Url }, configureConnection: connection =>
            {
                created.Add(connection);
                if (created.Count == 2)
                {
                    throw new InvalidOperationException("not yet");
                }
            })
            .BuildServiceProvider();
        await using (provider)
        {
            Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<INatsConnection>());
            INatsConnection connection = provider.GetRequiredService<INatsConnection>();
            Assert.Same(created[2], connection);
            await connection.ConnectAsync(Hosts.Cancel);
        }

        Assert.Equal(4, created.Count);
        Assert.All(created, connection => Assert.True(connection.Closed.IsCompleted));
        foreach (NatsConnection connection in created)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(async () => await connection.ConnectAsync(Hosts.Cancel));
        }
    }

    private sealed record Order(int Number);

    private class PlainListener : INatsConnectionListener
    {
        private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _connects;

        public Task Connected => _connected.Task;

        public int Connects => Volatile.Read(ref _connects);

        public NatsEventFilter Filter => NatsEventFilter.Lifecycle;

        public ValueTask OnConnectedAsync(NatsConnectedEvent e, CancellationToken ct)
        {
            Interlocked.Increment(ref _connects);
            _connected.TrySetResult();
            return default;
        }
    }

    private sealed class LateListener : PlainListener;

    private sealed class Listener(INatsConnection connection) : INatsConnectionListener
    {
        private readonly TaskCompletionSource<NatsConnectedEvent> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public INatsConnection Connection => connection;

        public Task<NatsConnectedEvent> Connected => _connected.Task;

        public System.Collections.Concurrent.ConcurrentQueue<NatsEventKind> Kinds { get; } = new();

        public NatsEventFilter Filter => NatsEventFilter.Lifecycle;

        public ValueTask OnEventAsync(NatsConnectionEvent e, CancellationToken ct)
        {
            Kinds.Enqueue(e.Kind);
            return default;
        }

        public ValueTask OnConnectedAsync(NatsConnectedEvent e, CancellationToken ct)
        {
            _connected.TrySetResult(e);
            return default;
        }
    }
}
