// The first program of the guide for hosts: a publisher, a subscriber, health in the console, and one trace for both.
// snippet: hosting
using Earshot;
using Earshot.Hosting;
using Earshot.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Trace;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Configuration["ConnectionStrings:nats"] ??= Environment.GetEnvironmentVariable("NATS_URL");
builder.AddNats();
builder.Services.AddNatsSubscriber("orders.*", null, (NatsMsg<string> order, CancellationToken _) =>
{
    Console.WriteLine($"{order.Subject}: {order.Data}");
    return default;
});
builder.Services.AddHostedService<Orders>();
builder.Services.AddHealthChecks().AddNatsHealthCheck();
builder.Services.AddSingleton<IHealthCheckPublisher, HealthToConsole>();
builder.Services.Configure<HealthCheckPublisherOptions>(options => (options.Delay, options.Period) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));
builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddNatsClientInstrumentation().AddConsoleExporter());
await builder.Build().RunAsync();

internal sealed class Orders(INatsConnection connection) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (int i = 1; await timer.WaitForNextTickAsync(stoppingToken); i++)
        {
            await connection.PublishAsync("orders.new", $"order {i}", cancellationToken: stoppingToken);
        }
    }
}

internal sealed class HealthToConsole : IHealthCheckPublisher
{
    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        Console.WriteLine($"{report.Status}: {report.Entries["nats"].Description}");
        return Task.CompletedTask;
    }
}
// end snippet
