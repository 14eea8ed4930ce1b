// Way 1: .NET events, as .NET users of NATS write them; only the using line and the URL differ from what they know.
// snippet: listen-net-events
using Earshot;

await using var client = new NatsClient(Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222");

client.Connection.ConnectionDisconnected += async (sender, args) =>
{
    Console.WriteLine($"Disconnected: {args.Message}");
};

client.Connection.ConnectionOpened += async (sender, args) =>
{
    Console.WriteLine($"Connected: {args.Message}");
};

client.Connection.ReconnectFailed += async (sender, args) =>
{
    Console.WriteLine($"Reconnect Failed: {args.Message}");
};

await client.ConnectAsync();
// end snippet

// A deliberate outage: the pool becomes one server that does not run, and then the right one again.
INatsConnection connection = client.Connection;
long before = connection.Events.LastSequence;
Task back = connection.SetServersAsync(["nats://127.0.0.1:1"], reconnect: true).AsTask();
await connection.Events.WhenAsync<NatsConnectAttemptFailedEvent>(after: before);
await connection.SetServersAsync([connection.Opts.Url]);
await back;
