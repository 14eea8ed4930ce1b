// The history of a connection, as readable lines and as JSON lines for programs and bug reports.
using Earshot;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var connection = new NatsConnection(new NatsOpts { Url = url });
await connection.ConnectAsync();
await connection.ReconnectAsync();
await connection.CloseAsync();

// snippet: journal-export
Console.Write(connection.Events.ToTimeline());

using var file = new MemoryStream();
await connection.Events.ExportAsync(file);
// end snippet
Console.WriteLine($"exported {connection.Events.ToList().Count} events, {file.Length} bytes");

// snippet: journal-read
file.Position = 0;
await foreach (NatsConnectionEvent e in NatsJournalExport.ReadAsync(file))
{
    Console.WriteLine($"read back #{e.Sequence} {e.Kind}");
}
// end snippet
