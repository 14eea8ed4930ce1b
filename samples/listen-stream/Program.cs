// Way 4: a stream, as in the JavaScript client, but with history; it ends by itself after Closed.
using Earshot;

await using var connection = new NatsConnection(
    new NatsOpts { Url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222" });
Task listening = ListenAsync(connection);
await connection.ConnectAsync();
await connection.ReconnectAsync();
await connection.CloseAsync();
await listening;

// snippet: listen-stream
static async Task ListenAsync(INatsConnection connection)
{
    await foreach (NatsConnectionEvent e in connection.Events.ReadAllAsync(NatsEventPosition.Start, NatsEventFilter.Lifecycle))
    {
        switch (e)
        {
            case NatsDisconnectedEvent disconnected:
                Console.WriteLine($"disconnected from {disconnected.Server}: {disconnected.Reason}");
                break;
            case NatsReconnectedEvent reconnected:
                Console.WriteLine($"reconnected to {reconnected.Server}");
                break;
            case NatsClosedEvent closed:
                Console.WriteLine($"closed: {closed.Reason}");
                break;
            default:
                Console.WriteLine($"{e.Kind}: {e.Message}");
                break;
        }
    }

    Console.WriteLine("the stream has ended");
}
// end snippet
