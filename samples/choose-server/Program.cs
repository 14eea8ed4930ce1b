// Custom server selection: a selector receives the whole pool before each attempt and returns one of its servers.
using Earshot;

// snippet: choose-server
var opts = new NatsOpts
{
    Url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222",
    ServerSelector = (pool, info, ct) =>
    {
        // The one that worked last, unless it is about to shut down; null would leave the choice to the pool.
        NatsServer? best = pool.Where(server => !server.IsLameDuck).MaxBy(server => server.LastConnected);
        Console.WriteLine($"{pool.Count} server(s) to choose from, chosen: {best}");
        return ValueTask.FromResult(best is null ? null : new NatsServerChoice(best.Url));
    },
};
// end snippet

await using var connection = new NatsConnection(opts);
connection.Events.On<NatsConnectAttemptEvent>(e => Console.WriteLine($"{e.Message}, chosen by {e.SelectedBy}"));
await connection.ConnectAsync();
await connection.ReconnectAsync();
Console.WriteLine($"connected to {connection.ServerInfo!.Name}");
