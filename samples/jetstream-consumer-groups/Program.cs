// Two members share the orders of a stream: the orders of one customer are processed in order, by one member at a time.
using System.Collections.Concurrent;
using Earshot;
using Earshot.JetStream;
using Earshot.JetStream.ConsumerGroups;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var client = new NatsClient(url);
INatsJSContext js = client.CreateJetStreamContext();
await js.CreateOrUpdateStreamAsync(new StreamConfig("SALES", ["sales.*"]) { Storage = StreamConfigStorage.Memory });
await js.PurgeStreamAsync("SALES", new StreamPurgeRequest());

// snippet: groups-create
await js.CreatePcgElasticAsync("SALES", "billing", maxNumMembers: 10, [new NatsPcgPartitioningFilter("sales.*", [1])]);
await js.AddPcgElasticMembersAsync("SALES", "billing", ["m1", "m2"]);
// end snippet

using var stop = new CancellationTokenSource();
var orders = new ConcurrentDictionary<string, ConcurrentQueue<int>>();
int done = 0;

// snippet: groups-run
Task<NatsJSRunResult> first = js.RunPcgElasticAsync<int>("SALES", "billing", "m1", BillAsync, cancellationToken: stop.Token);
Task<NatsJSRunResult> second = js.RunPcgElasticAsync<int>("SALES", "billing", "m2", BillAsync, cancellationToken: stop.Token);
// end snippet
for (int order = 0; order < 60; order++)
{
    await js.PublishAsync($"sales.customer{order % 6}", order);
}

Console.WriteLine($"m1 billed {(await first).Succeeded} orders, m2 {(await second).Succeeded}");
Console.WriteLine($"in order for each of {orders.Count} customers: {orders.Values.All(own => own.SequenceEqual(own.Order()))}");
await js.DeletePcgElasticAsync("SALES", "billing");

// snippet: groups-handler
async Task BillAsync(NatsPcgMsg<int> message, CancellationToken cancel)
{
    orders.GetOrAdd(message.Subject, _ => new ConcurrentQueue<int>()).Enqueue(message.Data); // "sales.customer3", without the partition
    if (Interlocked.Increment(ref done) == 60)
    {
        await stop.CancelAsync();
    }
}
// end snippet
