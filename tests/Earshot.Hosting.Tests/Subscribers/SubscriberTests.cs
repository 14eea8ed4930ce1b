using System.Diagnostics.Metrics;
using Earshot.Hosting.Tests.Kit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Earshot.Hosting.Tests.Subscribers;

public sealed class SubscriberTests
{
    [Fact]
    public async Task Handler_gets_the_message_and_services_of_a_scope_of_its_own()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Hosts.Cancel);
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", server.Url));
        builder.AddNats();
        builder.Services.AddScoped<Scoped>();
        builder.Services.AddNatsSubscriber("orders.*", "workers", async (NatsMsg<string> message, Scoped scoped, Scoped same, CancellationToken ct) =>
        {
            Assert.Same(scoped, same);
            await message.ReplyAsync($"{message.Data} {message.Subject} {scoped.Id}", cancellationToken: ct);
        });
        using IHost host = builder.Build();
        await host.StartAsync(Hosts.Cancel);
        await server.WaitForSubscriptionAsync("orders.*", Hosts.Cancel).WaitAsync(Hosts.Limit, Hosts.Cancel);
        await using var sender = new NatsConnection(new NatsOpts { Url = server.Url });
        string?[] replies = [(await AskAsync(sender, "orders.a", "1")).Data, (await AskAsync(sender, "orders.b", "2")).Data];
        Assert.StartsWith("1 orders.a ", replies[0], StringComparison.Ordinal);
        Assert.StartsWith("2 orders.b ", replies[1], StringComparison.Ordinal);
        Assert.NotEqual(replies[0]!.Split(' ')[2], replies[1]!.Split(' ')[2]);
        await host.StopAsync(Hosts.Cancel);
    }

    [Fact]
    public async Task Exception_is_an_event_and_one_error_in_the_log_and_the_next_message_is_handled()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Hosts.Cancel);
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", server.Url));
        LogLines log = builder.WithLog();
        builder.AddNats();
        builder.Services.AddNatsSubscriber("jobs", null, (NatsMsg<int> message, CancellationToken ct) =>
            message.Data == 13 ? throw new InvalidOperationException("unlucky") : message.ReplyAsync(message.Data, cancellationToken: ct));
        using IHost host = builder.Build();
        await host.StartAsync(Hosts.Cancel);
        INatsConnection connection = host.Services.GetRequiredService<INatsConnection>();
        await server.WaitForSubscriptionAsync("jobs", Hosts.Cancel).WaitAsync(Hosts.Limit, Hosts.Cancel);
        await using var sender = new NatsConnection(new NatsOpts { Url = server.Url });
        await sender.PublishAsync("jobs", 13, cancellationToken: Hosts.Cancel);
        await sender.PublishAsync("jobs", "not a number", cancellationToken: Hosts.Cancel);
        Assert.Equal(14, (await sender.RequestAsync<int, int>("jobs", 14, cancellationToken: Hosts.Cancel)).Data);
        var occurred = connection.Events.ToList().OfType<NatsExceptionOccurredEvent>().ToList();
        Assert.Equal(["unlucky"], occurred.Select(e => e.Exception).OfType<InvalidOperationException>().Select(e => e.Message));
        Assert.Equal("jobs", occurred[0].Subscription!.Subject);
        Assert.Single(occurred.Select(e => e.Exception).OfType<NatsDeserializeException>());
        await host.StopAsync(Hosts.Cancel);
        Assert.Equal(["Earshot.Error", "Earshot.Error"], log.All.Where(line => line.Level >= LogLevel.Error).Select(line => line.Category));
    }

    [Fact]
    public async Task Handling_is_measured_with_its_error()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Hosts.Cancel);
        List<string> measured = []; // also the lock
        using var listener = new MeterListener();
        listener.InstrumentPublished = static (instrument, self) =>
        {
            if (instrument.Name == "messaging.process.duration")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            Dictionary<string, object?> all = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value);
            if (all["nats.connection.name"] is "measured")
            {
                lock (measured)
                {
                    measured.Add($"{all["messaging.destination.template"]} {all.GetValueOrDefault("error.type") ?? "-"}");
                }
            }
        });
        listener.Start();
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", server.Url), ("Nats:Name", "measured"));
        builder.AddNats();
        builder.Services.AddNatsSubscriber("jobs.*", null, (NatsMsg<int> message, CancellationToken _) =>
            message.Data == 13 ? throw new FormatException() : ValueTask.CompletedTask);
        using IHost host = builder.Build();
        await host.StartAsync(Hosts.Cancel);
        await server.WaitForSubscriptionAsync("jobs.*", Hosts.Cancel).WaitAsync(Hosts.Limit, Hosts.Cancel);
        await using var sender = new NatsConnection(new NatsOpts { Url = server.Url });
        await sender.PublishAsync("jobs.a", 12, cancellationToken: Hosts.Cancel);
        await sender.PublishAsync("jobs.b", 13, cancellationToken: Hosts.Cancel);
        await sender.PublishAsync("jobs.c", 14, cancellationToken: Hosts.Cancel);
        await sender.PingAsync(Hosts.Cancel);
        await host.StopAsync(Hosts.Cancel);
        Assert.Equal(["jobs.* -", "jobs.* System.FormatException", "jobs.* -"], measured);
    }

    [Fact]
    public async Task At_most_as_many_messages_are_handled_at_the_same_time_as_the_options_say_and_all_before_the_host_stops()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Hosts.Cancel);
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", server.Url));
        builder.AddNats();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var started = new SemaphoreSlim(0);
        int running = 0, handled = 0;
        builder.Services.AddNatsSubscriber(
            "jobs",
            null,
            async (NatsMsg<int> _, CancellationToken _) =>
            {
                Assert.InRange(Interlocked.Increment(ref running), 1, 3);
                started.Release();
                await release.Task;
                Interlocked.Decrement(ref running);
                Interlocked.Increment(ref handled);
            },
            options => options.MaxConcurrency = 3);
        using IHost host = builder.Build();
        await host.StartAsync(Hosts.Cancel);
        await server.WaitForSubscriptionAsync("jobs", Hosts.Cancel).WaitAsync(Hosts.Limit, Hosts.Cancel);
        await using var sender = new NatsConnection(new NatsOpts { Url = server.Url });
        for (int i = 0; i < 10; i++)
        {
            await sender.PublishAsync("jobs", i, cancellationToken: Hosts.Cancel);
        }

        for (int i = 0; i < 3; i++)
        {
            Assert.True(await started.WaitAsync(Hosts.Limit, Hosts.Cancel));
        }

        await sender.PingAsync(Hosts.Cancel);
        Task stopped = host.StopAsync(Hosts.Cancel);
        Assert.False(await started.WaitAsync(TimeSpan.Zero, Hosts.Cancel));
        release.SetResult();
        await stopped.WaitAsync(Hosts.Limit, Hosts.Cancel);
        Assert.Equal(10, handled);
    }

    [Fact]
    public async Task Handler_that_does_not_end_is_cancelled_when_the_host_does_not_wait_any_longer()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Hosts.Cancel);
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", server.Url));
        LogLines log = builder.WithLog();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(100));
        builder.AddNats();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        builder.Services.AddNatsSubscriber("jobs", null, async (NatsMsg<int> _, CancellationToken ct) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            cancelled.SetResult();
        });
        using IHost host = builder.Build();
        await host.StartAsync(Hosts.Cancel);
        await server.WaitForSubscriptionAsync("jobs", Hosts.Cancel).WaitAsync(Hosts.Limit, Hosts.Cancel);
        await using var sender = new NatsConnection(new NatsOpts { Url = server.Url });
        await sender.PublishAsync("jobs", 1, cancellationToken: Hosts.Cancel);
        await started.Task.WaitAsync(Hosts.Limit, Hosts.Cancel);
        await host.StopAsync(Hosts.Cancel).WaitAsync(Hosts.Limit, Hosts.Cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await cancelled.Task.WaitAsync(Hosts.Limit, Hosts.Cancel);
        Assert.Contains(log.All, line => line.Text == "subscriber of jobs stopped with 1 handlers of jobs that did not end in time");
    }

    [Theory]
    [InlineData("orders..new", null, "subject")]
    [InlineData("orders new", null, "subject")]
    [InlineData("orders.>.x", null, "subject")]
    [InlineData("orders", "", "queueGroup")]
    [InlineData("orders", "two words", "queueGroup")]
    [InlineData("orders", "workers.*", "queueGroup")]
    public void Subject_or_queue_group_that_no_server_accepts_is_refused_by_the_registration(string subject, string? queueGroup, string parameter)
    {
        var services = new ServiceCollection();
        ArgumentException refused = Assert.ThrowsAny<ArgumentException>(() => services.AddNatsSubscriber<string>(subject, queueGroup, (_, _) => default));
        Assert.Equal(parameter, refused.ParamName);
        Assert.Empty(services);
    }

    private static ValueTask<NatsMsg<string>> AskAsync(NatsConnection sender, string subject, string data) =>
        sender.RequestAsync<string, string>(subject, data, cancellationToken: Hosts.Cancel);

    private sealed class Scoped
    {
        public Guid Id { get; } = Guid.NewGuid();
    }
}
