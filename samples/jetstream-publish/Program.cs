// The ways a publish to a stream can end, conditions, a time to live, and publishes that are awaited later.
using Earshot;
using Earshot.JetStream;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var client = new NatsClient(url);

INatsJSContext js = client.CreateJetStreamContext();
await js.CreateOrUpdateStreamAsync(new StreamConfig("ORDERS", ["orders.>"]) { AllowMsgTTL = true });
await js.PurgeStreamAsync("ORDERS", new StreamPurgeRequest());

await PublishAsync("orders.new", new NatsJSPubOpts { MsgId = "order-17" }); // Stored
await PublishAsync("orders.new", new NatsJSPubOpts { MsgId = "order-17" }); // Duplicate: the stream has a message with this id
await PublishAsync("orders.new", new NatsJSPubOpts { ExpectedLastMsgId = "order-16" }); // Rejected: the last id is another one
await PublishAsync("invoices.new", NatsJSPubOpts.Default); // Rejected: no stream has this subject

// snippet: publish-conditions
PubAckResponse created = await js.PublishAsync("orders.17", "new", opts: new NatsJSPubOpts { ExpectedLastSubjectSequence = 0 }); // only if there is none
PubAckResponse paid = await js.PublishAsync("orders.17", "paid", opts: new NatsJSPubOpts { ExpectedLastSubjectSequence = created.Seq });
PubAckResponse late = await js.PublishAsync("orders.17", "cancelled", opts: new NatsJSPubOpts { ExpectedLastSubjectSequence = created.Seq });
Console.WriteLine($"paid: {paid.Outcome}, cancelled: {late.Error?.Description}");
await js.PublishAsync("orders.offer", "two for one", opts: new NatsJSPubOpts { Ttl = TimeSpan.FromHours(1) }); // deleted after an hour
// end snippet

// snippet: publish-concurrent
NatsJSPublishConcurrentFuture one = await js.PublishConcurrentAsync("orders.18", "new");
NatsJSPublishConcurrentFuture two = await js.PublishConcurrentAsync("orders.19", "new"); // without waiting for the first one
(await one.GetResponseAsync()).EnsureSuccess();
(await two.GetResponseAsync()).EnsureSuccess();
// end snippet

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
