using Earshot.Hosting.Tests.Kit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Earshot.Hosting.Tests.Lifetime;

public sealed class StopTests
{
    private const int Messages = 200;

    [Fact]
    public async Task Messages_in_flight_are_handled_before_the_services_stop()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Hosts.Cancel);
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", server.Url));
        LogLines log = builder.WithLog();
        builder.AddNats();
        builder.Services.AddSingleton<Worker>().AddHostedService(services => services.GetRequiredService<Worker>());
        using IHost host = builder.Build();
        await host.StartAsync(Hosts.Cancel);
        await server.WaitForSubscriptionAsync("jobs", Hosts.Cancel).WaitAsync(Hosts.Limit, Hosts.Cancel);
        Worker worker = host.Services.GetRequiredService<Worker>();
        await using var sender = new NatsConnection(new NatsOpts { Url = server.Url });
        for (int i = 0; i < Messages; i++)
        {
            await sender.PublishAsync("jobs", i, cancellationToken: Hosts.Cancel);
        }

        await sender.PingAsync(Hosts.Cancel);
        await worker.First.WaitAsync(Hosts.Limit, Hosts.Cancel);
        Task stopped = host.StopAsync(Hosts.Cancel);
        worker.Continue();
        await stopped.WaitAsync(Hosts.Limit, Hosts.Cancel);
        Assert.Equal(Messages, worker.Handled);
        Assert.Equal("all handled", Assert.Single(server.Published, message => message.Subject == "farewell").Text);
        LogLine drained = Assert.Single(log.All, line => line.Category == "Earshot.Hosting");
        Assert.Matches(@"^test-app: drained at shutdown in .+, \d+ messages delivered, nothing left$", drained.Text);
        Assert.Equal(LogLevel.Information, drained.Level);
    }

    [Fact]
    public async Task What_is_left_when_the_time_of_the_host_is_over_is_reported()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Hosts.Cancel);
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", server.Url));
        LogLines log = builder.WithLog();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(100));
        builder.AddNats();
        builder.Services.AddSingleton<Worker>().AddHostedService(services => services.GetRequiredService<Worker>());
        using IHost host = builder.Build();
        await host.StartAsync(Hosts.Cancel);
        await server.WaitForSubscriptionAsync("jobs", Hosts.Cancel).WaitAsync(Hosts.Limit, Hosts.Cancel);
        Worker worker = host.Services.GetRequiredService<Worker>();
        await using var sender = new NatsConnection(new NatsOpts { Url = server.Url });
        await sender.PublishAsync("jobs", 1, cancellationToken: Hosts.Cancel);
        await sender.PublishAsync("jobs", 2, cancellationToken: Hosts.Cancel);
        await sender.PingAsync(Hosts.Cancel);
        await worker.First.WaitAsync(Hosts.Limit, Hosts.Cancel);
        INatsConnection connection = host.Services.GetRequiredService<INatsConnection>();
        await host.StopAsync(Hosts.Cancel).WaitAsync(Hosts.Limit, Hosts.Cancel);
        Assert.Equal(NatsConnectionState.Closed, connection.ConnectionState);
        Assert.Contains(log.All, line => line is { Category: "Earshot.Hosting", Level: LogLevel.Warning } && line.Text.Contains("1 not read, 1 not handled", StringComparison.Ordinal));
        worker.Continue();
    }

    [Fact]
    public async Task Connection_without_a_drain_is_closed()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Hosts.Cancel);
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", server.Url));
        builder.AddNats(configure: nats => nats.ConfigureHost(options => options.DrainOnStop = false).ConnectOnStart());
        using IHost host = builder.Build();
        await host.StartAsync(Hosts.Cancel);
        INatsConnection connection = host.Services.GetRequiredService<INatsConnection>();
        await host.StopAsync(Hosts.Cancel);
        Assert.Equal(NatsCloseReason.Disposed, (await connection.Closed.WaitAsync(Hosts.Limit, Hosts.Cancel)).Reason);
        Assert.DoesNotContain(connection.Events.ToList(), e => e.Kind == NatsEventKind.DrainStarted);
    }

    /// <summary>The worker of most applications: a loop until the host stops. It holds its first message until it may continue.</summary>
    private sealed class Worker(INatsConnection connection) : BackgroundService
    {
        private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _continue = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task First => _first.Task;

        public int Handled { get; private set; }

        public void Continue() => _continue.TrySetResult();

        public override async Task StopAsync(CancellationToken cancellationToken)
        {
            await base.StopAsync(cancellationToken);
            if (!cancellationToken.IsCancellationRequested)
            {
                await connection.PublishAsync("farewell", "all handled", cancellationToken: cancellationToken);
            }
        }

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await foreach (NatsMsg<int> _ in connection.SubscribeAsync<int>("jobs", cancellationToken: stoppingToken))
            {
                _first.TrySetResult();
                await _continue.Task;
                Handled++;
            }
        }
    }
}
