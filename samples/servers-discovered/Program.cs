// Which servers are in the pool of the connection, and which joined the cluster? Start servers with routes and watch.
using Earshot;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var connection = new NatsConnection(new NatsOpts { Url = url });

// snippet: servers-discovered
connection.ServersDiscovered += async (sender, args) =>
{
    Console.WriteLine($"Known servers: {string.Join(", ", connection.Servers)}");
    Console.WriteLine($"Discovered servers: {string.Join(", ", connection.DiscoveredServers)}");
};

// What other clients report as "added" and "deleted".
connection.Events.On<NatsServerPoolChangedEvent>(e =>
{
    Console.WriteLine($"added: {string.Join(", ", e.Added)}");
    Console.WriteLine($"removed: {string.Join(", ", e.Removed)}");
});
// end snippet

await connection.ConnectAsync();
Console.WriteLine($"{connection.Servers.Count} server(s) in the pool. Ctrl+C ends this program.");

var stop = new TaskCompletionSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.TrySetResult();
};
await Task.WhenAny(stop.Task, connection.Closed);
