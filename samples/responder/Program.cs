// The README's service: replies to requests, shares them with other instances, and ends without losing one.
// snippet: responder
using Earshot;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var client = new NatsClient(url);
client.Connection.Events.On<NatsDisconnectedEvent>(e => Console.WriteLine(e.Message));
client.Connection.Events.On<NatsReconnectedEvent>(e => Console.WriteLine(e.Message));

// Instances in the same queue group share the requests.
await using INatsSub<int> requests = await client.Connection.SubscribeCoreAsync<int>("math.double", queueGroup: "math");
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    _ = requests.DrainAsync().AsTask(); // reply to what was received, then end the loop
};

await client.PingAsync(); // the server has processed the subscription
Console.WriteLine("ready");
await foreach (NatsMsg<int> request in requests.Msgs.ReadAllAsync())
{
    await request.ReplyAsync(request.Data * 2);
    Console.WriteLine($"{request.Subject}: {request.Data} -> {request.Data * 2}");
}
// end snippet
