// Way 8, one part of it: every event is a log line whose event id is the number of the event's kind.
// snippet: logging
using Earshot;
using Microsoft.Extensions.Logging;

using ILoggerFactory logs = LoggerFactory.Create(builder => builder.AddSimpleConsole(o => o.SingleLine = true).SetMinimumLevel(LogLevel.Debug));
await using var client = new NatsClient(new NatsOpts
{
    Url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222",
    LoggerFactory = logs,
});
await client.ConnectAsync();
await client.ReconnectAsync();
// end snippet
