// Ships the journal of a service to the streams of a fleet, and reads there what a viewer sees of it.
using Earshot;
using Earshot.Fleet;
using Earshot.Hosting;
using Earshot.JetStream;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Configuration["ConnectionStrings:nats"] ??= Environment.GetEnvironmentVariable("NATS_URL");
builder.AddNats();
// In a cluster the delay is 3 s at most, so that not all services send to a restarted server in the same moment.
builder.Services.AddNatsJournalShipping("orders-api", options => options.MaxStartDelay = TimeSpan.Zero);
using IHost host = builder.Build();
await host.StartAsync();

// In a cluster "earshot fleet init" sets up accounts and users, and creates the streams.
INatsConnection nats = host.Services.GetRequiredService<INatsConnection>();
await nats.ConnectAsync();
await FleetStreams.CreateAsync(new NatsJSContext(nats));
await nats.ReconnectAsync();

await using FleetStreamReader reader = await FleetStreamReader.StartAsync(nats);
JournalRecord[] journal;
while (true)
{
    Task changed = reader.Changed; // before what is read, so that no change is missed
    journal = [.. reader.Read().Records.OfType<JournalRecord>()];
    if (journal.Any(record => record.Entry.Kind == NatsEventKind.Resubscribed))
    {
        break;
    }

    await changed.WaitAsync(TimeSpan.FromSeconds(10));
}

foreach (JournalRecord record in journal)
{
    Console.WriteLine($"{record.Entry.Time:HH:mm:ss.fff}  {record.Connection.Service}  {record.Connection.Id}  {record.Entry.Kind} {record.Entry.Reason}");
}

// Ends the shipper with its last batch, before the connection.
await host.StopAsync();
