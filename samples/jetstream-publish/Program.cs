// The ways a publish to a stream can end, and what is known in each case.
using Earshot;
using Earshot.JetStream;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var client = new NatsClient(url);

INatsJSContext js = client.CreateJetStreamContext();
await js.CreateOrUpdateStreamAsync(new StreamConfig("ORDERS", ["orders.>"]));
await js.PurgeStreamAsync("ORDERS", new StreamPurgeRequest());

await PublishAsync("orders.new", new NatsJSPubOpts { MsgId = "order-17" }); // Stored
await PublishAsync("orders.new", new NatsJSPubOpts { MsgId = "order-17" }); // Duplicate: the stream has a message with this id
await PublishAsync("orders.new", new NatsJSPubOpts { ExpectedLastMsgId = "order-16" }); // Rejected: the last id is another one
await PublishAsync("invoices.new", NatsJSPubOpts.Default); // Rejected: no stream has this subject

async Task PublishAsync(string subject, NatsJSPubOpts opts)
{
    NatsResult<PubAckResponse> result = await js.TryPublishAsync(subject, "one book", opts: opts);
    Console.WriteLine(result switch
    {
        { Success: true, Value: { Error: { } error } } => $"Rejected: {error.Description}",
        { Success: true, Value: var ack } => $"{ack.Outcome}: sequence {ack.Seq}",
        { Error: INatsDelivery failed } => $"{failed.Outcome}: {result.Error.Message}",
        { Error: var e } => e.Message,
    });
}
