// Why connections were lost: the journals of this process, joined with what the servers report about the account.
using Earshot;
using Earshot.Fleet;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
var sockets = new List<INatsSocketConnection>();
NatsOpts opts = new()
{
    Url = url,
    Name = "orders-api",
    UniqueName = true, // the server sees orders-api#7f3c9a.1 and so on
    OnSocketAvailableAsync = socket =>
    {
        lock (sockets)
        {
            sockets.Add(socket);
        }

        return ValueTask.FromResult(socket);
    },
};
await using var one = new NatsConnection(opts);
await using var two = new NatsConnection(opts);
await using var three = new NatsConnection(opts);
NatsConnection[] connections = [one, two, three];
foreach (NatsConnection connection in connections)
{
    await connection.ConnectAsync();
}

// An interrupted network: the transports of all three end, and the connections reconnect.
Task[] restored = [.. connections.Select(connection => connection.Events.WhenAsync<NatsResubscribedEvent>(after: 0))];
foreach (INatsSocketConnection socket in sockets.ToList())
{
    await socket.DisposeAsync();
}

await Task.WhenAll(restored);

// snippet: fleet-find
ConnectionsReading servers = await ConnectionsReader.ReadAsync(one);
IEnumerable<FleetRecord> journals = connections.SelectMany(connection => FleetRecordFile.OfJournal(connection.Events.ToList(), connection.ConnectionId));
FleetReport report = Incidents.Find([.. servers.Records, .. journals]);

foreach (FleetIncident incident in report.Incidents)
{
    Console.WriteLine(incident.Sentence);
}

foreach (FleetLoss loss in report.Losses)
{
    Console.WriteLine($"{loss.Name ?? loss.ConnectionId} on {loss.Server}: client says {loss.ClientSays}, server says {loss.ServerSays ?? "nothing"}; {loss.OutcomeText}");
}
// end snippet
