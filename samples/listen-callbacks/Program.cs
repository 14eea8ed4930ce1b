// Way 3: callbacks in the options, as in the Go, C and Python clients.
using Earshot;

// snippet: listen-callbacks
var opts = new NatsOpts
{
    Url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222",
    Events =
    {
        OnConnected = (e, ct) => Print($"connected to {e.Server}"),
        OnDisconnected = (e, ct) => Print($"disconnected: {e.Reason}"),
        OnReconnected = (e, ct) => Print($"reconnected to {e.Server}"),
        OnServersDiscovered = (e, ct) => Print($"discovered: {string.Join(", ", e.Added)}"),
        OnError = (e, ct) => Print($"error: {e.Message}"),
        OnClosed = (e, ct) => Print($"closed: {e.Reason}"),
    },
};
await using var connection = new NatsConnection(opts);
await connection.ConnectAsync();
await connection.ReconnectAsync();
await connection.CloseAsync();
// end snippet

static ValueTask Print(string line)
{
    Console.WriteLine(line);
    return default;
}
