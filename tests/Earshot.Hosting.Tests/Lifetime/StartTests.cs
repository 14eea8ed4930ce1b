using Earshot.Hosting.Tests.Kit;
using Earshot.RealServer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Earshot.Hosting.Tests.Lifetime;

public sealed class StartTests
{
    [Fact]
    public async Task Host_waits_for_the_connection_when_it_is_required()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Hosts.Cancel);
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", server.Url));
        builder.AddNats(configure: nats => nats.ConnectOnStart());
        using IHost host = builder.Build();
        await host.StartAsync(Hosts.Cancel);
        Assert.Equal(NatsConnectionState.Open, host.Services.GetRequiredService<INatsConnection>().ConnectionState);
        await host.StopAsync(Hosts.Cancel);
    }

    [Fact]
    public async Task Host_does_not_start_without_a_required_connection()
    {
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", await UnusedUrlAsync()), ("Nats:ConnectOnStart", "Required"));
        builder.AddNats();
        using IHost host = builder.Build();
        await Assert.ThrowsAnyAsync<NatsException>(() => host.StartAsync(Hosts.Cancel));
    }

    [Fact]
    public async Task Background_connection_retries_until_the_server_is_there()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(cancellationToken: Hosts.Cancel);
        await server.StopAsync(Hosts.Cancel);
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", server.Url), ("Nats:ConnectOnStart", "Background"), ("Nats:ReconnectWaitMax", "00:00:00.050"), ("Nats:ReconnectWaitMin", "00:00:00.010"));
        builder.AddNats();
        using IHost host = builder.Build();
        await host.StartAsync(Hosts.Cancel);
        INatsConnection connection = host.Services.GetRequiredService<INatsConnection>();
        await connection.Events.WhenAsync<NatsConnectAttemptFailedEvent>(after: 0, Hosts.Cancel).WaitAsync(Hosts.Limit, Hosts.Cancel);
        await server.RestartAsync(Hosts.Cancel);
        await connection.WaitForStateAsync(NatsConnectionState.Open, Hosts.Cancel).WaitAsync(Hosts.Limit, Hosts.Cancel);
        await host.StopAsync(Hosts.Cancel);
    }

    [Fact]
    public async Task Unused_connection_is_not_created()
    {
        HostApplicationBuilder builder = Hosts.Builder();
        builder.Services.AddNats(configureOpts: _ => throw new InvalidOperationException("composed"));
        using IHost host = builder.Build();
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync(Hosts.Cancel)); // the check at the start composes the options
    }

    private static async Task<string> UnusedUrlAsync()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Hosts.Cancel);
        return server.Url;
    }
}
