// A server announces that it will shut down. Start this with: nats-server --signal ldm=<process id>
using Earshot;

// snippet: lame-duck
var opts = new NatsOpts
{
    Url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222",
    LameDuckPolicy = NatsLameDuckPolicy.Migrate,
    LameDuckGracePeriod = TimeSpan.FromSeconds(10),
};
await using var connection = new NatsConnection(opts);
connection.Events.On<NatsLameDuckModeEvent>(e =>
    Console.WriteLine($"{e.Server} will shut down; others: {e.OtherServers.Count}; migration planned: {e.PlannedMigration:T}"));
connection.Events.On<NatsDisconnectedEvent>(e => Console.WriteLine($"left: {e.Reason}, expected: {e.Expected}"));
connection.Events.On<NatsReconnectedEvent>(e => Console.WriteLine($"now on {e.Server}, gap {e.OutageDuration.TotalMilliseconds:F1} ms"));
// end snippet

await connection.ConnectAsync();
Console.WriteLine($"connected to {connection.ServerInfo!.Name}; {connection.Servers.Count} server(s) in the pool");

// Ends after the migration, or after Ctrl+C.
var stop = new TaskCompletionSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.TrySetResult();
};
await Task.WhenAny(connection.Events.WhenAsync<NatsReconnectedEvent>(after: 0), connection.Closed, stop.Task);
