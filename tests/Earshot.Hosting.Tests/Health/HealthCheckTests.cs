using Earshot.Hosting.Tests.Kit;
using Earshot.RealServer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Hosting.Tests.Health;

public sealed class HealthCheckTests
{
    [Fact]
    public async Task Check_follows_a_real_server_that_is_killed_and_restarted()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(cancellationToken: Hosts.Cancel);
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", server.Url), ("Nats:ReconnectWaitMin", "00:00:00.010"), ("Nats:ReconnectWaitMax", "00:00:00.050"));
        LogLines log = builder.WithLog();
        builder.AddNats();
        builder.Services.AddHealthChecks().AddNatsHealthCheck(configure: options => (options.RoundTrip, options.RoundTripTimeout) = (true, Hosts.Limit));
        using IHost host = builder.Build();
        await host.StartAsync(Hosts.Cancel);
        INatsConnection connection = host.Services.GetRequiredService<INatsConnection>();
        await connection.WaitForStateAsync(NatsConnectionState.Open, Hosts.Cancel).WaitAsync(Hosts.Limit, Hosts.Cancel); // nothing but the check has used it
        HealthReportEntry healthy = await CheckAsync(host);
        Assert.Equal(HealthStatus.Healthy, healthy.Status);
        Assert.IsType<TimeSpan>(healthy.Data["rtt"]);

        await server.KillAsync(Hosts.Cancel);
        await connection.WaitForStateAsync(NatsConnectionState.Reconnecting, Hosts.Cancel).WaitAsync(Hosts.Limit, Hosts.Cancel);
        HealthReportEntry degraded = await CheckAsync(host);
        Assert.Equal(HealthStatus.Degraded, degraded.Status);
        Assert.StartsWith("reconnecting for ", degraded.Description, StringComparison.Ordinal);
        Assert.Contains("outage", degraded.Data.Keys);

        await server.RestartAsync(Hosts.Cancel);
        await connection.Events.WhenAsync<NatsResubscribedEvent>(after: 0, Hosts.Cancel).WaitAsync(Hosts.Limit, Hosts.Cancel);
        HealthReportEntry again = await CheckAsync(host);
        Assert.Equal((HealthStatus.Healthy, 1L), (again.Status, again.Data["reconnects"]));
        await host.StopAsync(Hosts.Cancel);
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(host)).Status);

        // The log of the outage: it began, and it ended.
        int[] ids = [.. log.All.Where(line => line.Category.StartsWith("Earshot.", StringComparison.Ordinal) && line.Category != "Earshot.Hosting").Select(line => line.Id.Id)];
        Assert.Equal([101, 102, 103, 106, 801, 804, 110], ids);
    }

    [Fact]
    public async Task Outage_is_unhealthy_after_the_grace_period()
    {
        var time = new FakeTimeProvider();
        NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Hosts.Cancel);
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", server.Url), ("Nats:ConnectOnStart", "Required"));
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.AddNats();
        builder.Services.AddHealthChecks().AddNatsHealthCheck(configure: options => options.GracePeriod = TimeSpan.FromSeconds(20));
        using IHost host = builder.Build();
        await host.StartAsync(Hosts.Cancel);
        INatsConnection connection = host.Services.GetRequiredService<INatsConnection>();
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host)).Status);
        await server.DisposeAsync();
        await connection.WaitForStateAsync(NatsConnectionState.Reconnecting, Hosts.Cancel).WaitAsync(Hosts.Limit, Hosts.Cancel);
        time.Advance(TimeSpan.FromSeconds(19.9));
        Assert.Equal(HealthStatus.Degraded, (await CheckAsync(host)).Status);
        time.Advance(TimeSpan.FromSeconds(0.2));
        HealthReportEntry unhealthy = await CheckAsync(host);
        Assert.Equal((HealthStatus.Unhealthy, TimeSpan.FromSeconds(20.1)), (unhealthy.Status, unhealthy.Data["outage"]));
    }

    [Fact]
    public async Task Connection_that_never_connects_is_unhealthy_after_the_grace_period()
    {
        var time = new FakeTimeProvider();
        NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Hosts.Cancel);
        await server.DisposeAsync();
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", server.Url));
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.AddNats();
        builder.Services.AddHealthChecks().AddNatsHealthCheck();
        using IHost host = builder.Build();
        await host.StartAsync(Hosts.Cancel);
        Assert.Equal(HealthStatus.Degraded, (await CheckAsync(host)).Status);
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(host)).Status);
    }

    [Fact]
    public async Task Grace_period_of_a_connection_begins_with_its_first_use()
    {
        var time = new FakeTimeProvider();
        NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Hosts.Cancel);
        await server.DisposeAsync();
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", server.Url), ("Nats:ConnectOnStart", "No"));
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.AddNats();
        builder.Services.AddHealthChecks().AddNatsHealthCheck();
        using IHost host = builder.Build();
        await host.StartAsync(Hosts.Cancel);
        INatsConnection connection = host.Services.GetRequiredService<INatsConnection>();
        time.Advance(TimeSpan.FromSeconds(31));
        HealthReportEntry unused = await CheckAsync(host);
        Assert.Equal((HealthStatus.Degraded, "the connection has not been used yet"), (unused.Status, unused.Description));
        Assert.DoesNotContain("outage", unused.Data.Keys);

        Task connect = connection.ConnectAsync(Hosts.Cancel).AsTask();
        await connection.Events.WhenAsync<NatsConnectingEvent>(after: 0, Hosts.Cancel).WaitAsync(Hosts.Limit, Hosts.Cancel);
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(HealthStatus.Degraded, (await CheckAsync(host)).Status);
        time.Advance(TimeSpan.FromSeconds(1));
        HealthReportEntry unhealthy = await CheckAsync(host);
        Assert.Equal((HealthStatus.Unhealthy, TimeSpan.FromSeconds(30)), (unhealthy.Status, unhealthy.Data["outage"]));
        host.Dispose();
        await Assert.ThrowsAsync<NatsConnectionClosedException>(() => connect.WaitAsync(Hosts.Limit, Hosts.Cancel));
    }

    [Fact]
    public async Task Slow_consumer_that_drops_is_degraded_until_it_has_recovered_or_ended()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Hosts.Cancel);
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", server.Url), ("Nats:ConnectOnStart", "Required"));
        builder.AddNats();
        builder.Services.AddHealthChecks().AddNatsHealthCheck();
        using IHost host = builder.Build();
        await host.StartAsync(Hosts.Cancel);
        INatsConnection connection = host.Services.GetRequiredService<INatsConnection>();
        INatsSub<int> slow = await connection.SubscribeCoreAsync<int>("slow", opts: new NatsSubOpts { PendingMessagesLimit = 1 }, cancellationToken: Hosts.Cancel);
        for (int i = 0; i < 5; i++)
        {
            await connection.PublishAsync("slow", i, cancellationToken: Hosts.Cancel);
        }

        await connection.Events.WhenAsync<NatsSlowConsumerEvent>(after: 0, Hosts.Cancel).WaitAsync(Hosts.Limit, Hosts.Cancel);
        HealthReportEntry degraded = await CheckAsync(host);
        Assert.Equal((HealthStatus.Degraded, 1), (degraded.Status, degraded.Data["slowConsumers"]));
        await slow.DisposeAsync();
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host)).Status);
    }

    [Fact]
    public async Task Only_server_in_lame_duck_mode_is_degraded()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Hosts.Cancel);
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", server.Url), ("Nats:ConnectOnStart", "Required"));
        builder.AddNats();
        builder.Services.AddHealthChecks().AddNatsHealthCheck();
        using IHost host = builder.Build();
        await host.StartAsync(Hosts.Cancel);
        INatsConnection connection = host.Services.GetRequiredService<INatsConnection>();
        server.Clients[0].Faults.EnterLameDuckMode();
        await connection.Events.WhenAsync<NatsLameDuckModeEvent>(after: 0, Hosts.Cancel).WaitAsync(Hosts.Limit, Hosts.Cancel);
        Assert.Equal(HealthStatus.Degraded, (await CheckAsync(host)).Status);
    }

    [Fact]
    public async Task Round_trip_without_an_answer_is_unhealthy()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Hosts.Cancel);
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", server.Url), ("Nats:ConnectOnStart", "Required"));
        builder.AddNats();
        builder.Services.AddHealthChecks().AddNatsHealthCheck(configure: options => (options.RoundTrip, options.RoundTripTimeout) = (true, TimeSpan.FromMilliseconds(50)));
        using IHost host = builder.Build();
        await host.StartAsync(Hosts.Cancel);
        server.Clients[0].Faults.Freeze();
        HealthReportEntry silent = await CheckAsync(host);
        Assert.Equal((HealthStatus.Unhealthy, "no PONG from the server within 0.05 s"), (silent.Status, silent.Description));
    }

    [Fact]
    public async Task Session_that_is_lost_during_the_round_trip_is_judged_by_the_grace_period()
    {
        NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Hosts.Cancel);
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", server.Url), ("Nats:ConnectOnStart", "Required"));
        builder.AddNats();
        builder.Services.AddHealthChecks().AddNatsHealthCheck(configure: options => (options.RoundTrip, options.RoundTripTimeout) = (true, Hosts.Limit));
        using IHost host = builder.Build();
        await host.StartAsync(Hosts.Cancel);
        HealthCheckRegistration registration = Assert.Single(host.Services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations);
        server.Clients[0].Faults.Freeze();
        Task<HealthCheckResult> check = registration.Factory(host.Services).CheckHealthAsync(new HealthCheckContext { Registration = registration }, Hosts.Cancel);
        Assert.False(check.IsCompleted); // the PING has been sent
        await server.DisposeAsync();
        HealthCheckResult result = await check.WaitAsync(Hosts.Limit, Hosts.Cancel);
        Assert.Equal(HealthStatus.Degraded, result.Status);
        Assert.StartsWith("reconnecting for ", result.Description, StringComparison.Ordinal);
        Assert.Equal("Reconnecting", result.Data["state"]);
    }

    [Theory]
    [InlineData(-5, 30, "The health check nats: RoundTripTimeout must be longer than zero and shorter than 49 days.")]
    [InlineData(0, 30, "The health check nats: RoundTripTimeout must be longer than zero and shorter than 49 days.")]
    [InlineData(50 * 86_400, 30, "The health check nats: RoundTripTimeout must be longer than zero and shorter than 49 days.")]
    [InlineData(2, -1, "The health check nats: GracePeriod must not be negative.")]
    public async Task Options_that_cannot_be_used_stop_the_start(int timeout, int grace, string message)
    {
        HostApplicationBuilder builder = Hosts.Builder();
        builder.AddNats();
        builder.Services.AddHealthChecks().AddNatsHealthCheck(configure: options => (options.RoundTripTimeout, options.GracePeriod) = (TimeSpan.FromSeconds(timeout), TimeSpan.FromSeconds(grace)));
        using IHost host = builder.Build();
        OptionsValidationException refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Hosts.Cancel));
        Assert.Equal(message, Assert.Single(refused.Failures));
    }

    [Fact]
    public void Check_is_tagged_ready_and_named_after_the_key()
    {
        using ServiceProvider provider = new ServiceCollection().AddLogging().AddHealthChecks().AddNatsHealthCheck().AddNatsHealthCheck("orders").Services.BuildServiceProvider();
        ICollection<HealthCheckRegistration> checks = provider.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations;
        Assert.Equal(["nats: ready", "nats-orders: ready"], checks.Select(check => $"{check.Name}: {string.Join(", ", check.Tags)}"));
    }

    private static async Task<HealthReportEntry> CheckAsync(IHost host) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Hosts.Cancel)).Entries["nats"];
}
