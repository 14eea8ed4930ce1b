// A web API that publishes and requests, with health checks and metrics. An Aspire host sets ConnectionStrings:nats and reads the same health checks.
// snippet: web
using Earshot;
using Earshot.Hosting;
using Earshot.OpenTelemetry;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using OpenTelemetry.Metrics;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Configuration["ConnectionStrings:nats"] ??= Environment.GetEnvironmentVariable("NATS_URL");
builder.AddNats("nats");
builder.Services.AddHealthChecks().AddNatsHealthCheck();
builder.Services.AddOpenTelemetry()
    .WithTracing(tracing => tracing.AddNatsClientInstrumentation())
    .WithMetrics(metrics => metrics.AddNatsClientInstrumentation().AddPrometheusExporter());

WebApplication app = builder.Build();
app.MapPost("/orders/{number:int}", async (int number, INatsClient nats, CancellationToken ct) =>
{
    await nats.PublishAsync($"orders.{number}", $"order {number}", cancellationToken: ct);
    return Results.Accepted();
});
app.MapGet("/orders/{number:int}", async (int number, INatsClient nats, CancellationToken ct) =>
{
    try
    {
        return Results.Ok((await nats.RequestAsync<string, string>($"orders.{number}", "status?", cancellationToken: ct)).Data);
    }
    catch (NatsNoRespondersException)
    {
        return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
    }
});

// Ready: this instance can do its work, so it gets requests. Live: the process answers; a broker that is away is no reason to restart it.
app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") });
app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
app.MapPrometheusScrapingEndpoint();
await app.RunAsync();
// end snippet
