// Way 2: one listener for everything, set in the options, so that it misses no event. Override only the members you need.
using Earshot;

// snippet: listen-listener
var opts = new NatsOpts
{
    Url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222",
    ConnectionListeners = [new ConsoleListener()],
};
await using var connection = new NatsConnection(opts);
await connection.ConnectAsync();
await connection.ReconnectAsync();
// end snippet

// snippet: listener-class
internal sealed class ConsoleListener : INatsConnectionListener
{
    public ValueTask OnConnectedAsync(NatsConnectedEvent e, CancellationToken ct) =>
        Write($"connected to {e.Server} after {e.Attempts} attempt(s)");

    public ValueTask OnDisconnectedAsync(NatsDisconnectedEvent e, CancellationToken ct) =>
        Write($"disconnected because of {e.Reason}, expected: {e.Expected}, will reconnect: {e.WillReconnect}");

    public ValueTask OnReconnectedAsync(NatsReconnectedEvent e, CancellationToken ct) =>
        Write($"reconnected, same server: {e.SameServer}");

    public ValueTask OnClosedAsync(NatsClosedEvent e, CancellationToken ct) =>
        Write($"closed because of {e.Reason}, outages: {e.Outages}");

    private static ValueTask Write(string line)
    {
        Console.WriteLine(line);
        return default;
    }
}
// end snippet
