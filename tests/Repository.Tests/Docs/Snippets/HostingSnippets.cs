#pragma warning disable CA1848 // The guides show the short calls that applications write.

using System.Diagnostics;
using System.Text.Json.Serialization;
using Earshot;
using Earshot.Hosting;
using Earshot.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Repository.Tests.Docs.Snippets;

/// <summary>The code of the guides for applications with a host; compiled here.</summary>
internal static class HostingSnippets
{
    internal static void Register(HostApplicationBuilder builder)
    {
        // snippet: add nats
        builder.AddNats();
        // end snippet

        // snippet: keyed
        builder.Services.AddKeyedNats("orders");
        builder.Services.AddSingleton(services => new Billing(services.GetRequiredKeyedService<INatsConnection>("orders")));
        // end snippet

        // snippet: listener
        builder.Services.AddNatsListener<AlertListener>();
        // end snippet

        // snippet: health
        builder.Services.AddHealthChecks().AddNatsHealthCheck();
        // end snippet

        // snippet: subscriber
        builder.Services.AddNatsSubscriber("orders.*", "workers", async (NatsMsg<Order> order, OrderStore store, CancellationToken ct) =>
            await store.SaveAsync(order.Data!, ct));
        // end snippet

        // snippet: aspire
        builder.AddNats("messaging");
        // end snippet

        // snippet: telemetry
        builder.Services.AddOpenTelemetry()
            .WithTracing(tracing => tracing.AddNatsClientInstrumentation(options => options
                .FilterSubjects(exclude: ["_INBOX.>"])
                .SpanDestinationNameFormatter = subject => $"{subject.Split('.')[0]}.>"))
            .WithMetrics(metrics => metrics.AddNatsClientInstrumentation());
        // end snippet
    }

    internal static void RegisterService(HostApplicationBuilder builder)
    {
        // snippet: service registration
        builder.AddNats();
        builder.Services.AddHostedService<Shipping>();
        // end snippet
    }

    internal static void RegisterJson(HostApplicationBuilder builder)
    {
        // snippet: json
        builder.AddNats(configure: nats => nats.WithSerializerRegistry(new NatsJsonContextSerializerRegistry(OrderJson.Default)));
        // end snippet
    }

    internal static void Test(NatsTestServer server)
    {
        // snippet: host in a test
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddNats(configureOpts: opts => opts with { Url = server.Url });
        builder.Services.AddHostedService<Shipping>();
        using IHost host = builder.Build();
        // end snippet
    }

    internal static async Task TraceAsync(INatsConnection connection, CancellationToken ct)
    {
        // snippet: start activity
        await foreach (NatsMsg<string> message in connection.SubscribeAsync<string>("orders.*", cancellationToken: ct))
        {
            using Activity? activity = message.StartActivity();
            await message.ReplyAsync("done", cancellationToken: ct);
        }
        // end snippet
    }

    // snippet: service
    public sealed class Shipping(INatsConnection connection, ILogger<Shipping> logger) : BackgroundService
    {
        private static readonly NatsSubOpts s_retried = new() { PermissionViolationPolicy = NatsPermissionViolationPolicy.Retry };

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await foreach (NatsMsg<Order> message in connection.SubscribeAsync<Order>("orders.*", "shipping", opts: s_retried, cancellationToken: stoppingToken))
            {
                try
                {
                    message.EnsureSuccess(); // a payload that cannot be read throws here, and ends nothing
                    await ShipAsync(message.Data!, stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    logger.LogError(e, "{Subject} was not shipped", message.Subject);
                }
            }
        }

        private static Task ShipAsync(Order order, CancellationToken ct) => Task.Delay(order.Number, ct);
    }
    // end snippet

    public sealed record Order(int Number);

    internal sealed class AlertListener : INatsConnectionListener;

    internal sealed record Billing(INatsConnection Connection);

    internal sealed class OrderStore
    {
        public Order? Last { get; private set; }

        public Task SaveAsync(Order order, CancellationToken ct)
        {
            Last = order;
            return Task.CompletedTask.WaitAsync(ct);
        }
    }
}

[JsonSerializable(typeof(HostingSnippets.Order))]
internal sealed partial class OrderJson : JsonSerializerContext;
