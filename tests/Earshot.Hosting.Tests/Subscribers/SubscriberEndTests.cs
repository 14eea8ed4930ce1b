using Earshot.Hosting.Subscribers;
using Earshot.Hosting.Tests.Kit;
using Earshot.JetStream.Tests.Kit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Earshot.Hosting.Tests.Subscribers;

/// <summary>When a subscriber subscribes again, and when it does not, on a clock that only the test advances.</summary>
public sealed class SubscriberEndTests
{
    private static readonly TimeSpan s_delay = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Subscriber_does_not_subscribe_again_while_the_host_stops(bool hasEndedBefore)
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Hosts.Cancel);
        var time = new DelayTime(s_delay, s_delay);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", server.Url));
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        builder.AddNats();
        builder.Services.AddNatsSubscriber<int>("a", null, (_, _) => default, options => options.SubOpts = hasEndedBefore ? new NatsSubOpts { MaxMsgs = 1 } : null);
        builder.Services.AddNatsSubscriber<string>("b", null, async (_, _) =>
        {
            started.TrySetResult();
            await release.Task;
        });
        using IHost host = builder.Build();
        await host.StartAsync(Hosts.Cancel);
        INatsConnection connection = host.Services.GetRequiredService<INatsConnection>();
        await server.WaitForSubscriptionAsync("a", Hosts.Cancel).WaitAsync(Hosts.Limit, Hosts.Cancel);
        await server.WaitForSubscriptionAsync("b", Hosts.Cancel).WaitAsync(Hosts.Limit, Hosts.Cancel);
        await using var sender = new NatsConnection(new NatsOpts { Url = server.Url });
        await sender.PublishAsync("a", 1, cancellationToken: Hosts.Cancel);
        await sender.PublishAsync("b", "holds the first step of the stop", cancellationToken: Hosts.Cancel);
        await started.Task.WaitAsync(Hosts.Limit, Hosts.Cancel);
        if (hasEndedBefore)
        {
            await time.Waits(Hosts.Cancel).WaitAsync(Hosts.Limit, Hosts.Cancel);
        }

        Task stopped = host.StopAsync(Hosts.Cancel);
        await connection.Events.WhenAsync<NatsDrainStartedEvent>(after: 0, Hosts.Cancel).WaitAsync(Hosts.Limit, Hosts.Cancel);
        time.Advance(hasEndedBefore ? s_delay : TimeSpan.Zero);
        await host.Services.GetServices<IHostedService>().OfType<SubscriberService<int>>().Single().Ended.WaitAsync(Hosts.Limit, Hosts.Cancel);
        Assert.False(stopped.IsCompleted);
        release.SetResult();
        await stopped.WaitAsync(Hosts.Limit, Hosts.Cancel);
    }

    [Fact]
    public async Task Subscriber_subscribes_again_when_a_connection_that_has_failed_is_open_again()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Hosts.Cancel);
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", server.Url), ("Nats:MaxReconnectRetry", "0"));
        LogLines log = builder.WithLog();
        builder.AddNats();
        builder.Services.AddNatsSubscriber<int>("jobs", null, (message, ct) => message.ReplyAsync(message.Data + 1, cancellationToken: ct));
        using IHost host = builder.Build();
        await host.StartAsync(Hosts.Cancel);
        INatsConnection connection = host.Services.GetRequiredService<INatsConnection>();
        await server.WaitForSubscriptionAsync("jobs", Hosts.Cancel).WaitAsync(Hosts.Limit, Hosts.Cancel);
        for (int round = 0; round < 2; round++)
        {
            await server.Faults.StopAsync();
            await connection.Closed.WaitAsync(Hosts.Limit, Hosts.Cancel);
            Assert.Equal(NatsConnectionState.Failed, connection.ConnectionState);
            await server.Faults.RestartAsync(Hosts.Cancel);
            await connection.ConnectAsync(Hosts.Cancel);
            await server.WaitForSubscriptionAsync("jobs", Hosts.Cancel).WaitAsync(Hosts.Limit, Hosts.Cancel);
            await using var sender = new NatsConnection(new NatsOpts { Url = server.Url });
            Assert.Equal(14, (await sender.RequestAsync<int, int>("jobs", 13, cancellationToken: Hosts.Cancel)).Data);
        }

        await host.StopAsync(Hosts.Cancel).WaitAsync(Hosts.Limit, Hosts.Cancel);
        Assert.DoesNotContain(log.All, line => line.Text.Contains("could not subscribe", StringComparison.Ordinal));
    }
}
