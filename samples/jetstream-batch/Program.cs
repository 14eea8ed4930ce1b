// Several messages that belong together: a stream stores all of them or none, and a fast batch stores many in order.
using Earshot;
using Earshot.JetStream;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var client = new NatsClient(url);
INatsJSContext js = client.CreateJetStreamContext();
await js.CreateOrUpdateStreamAsync(new StreamConfig("LEDGER", ["ledger.>"]) { Storage = StreamConfigStorage.Memory, AllowAtomicPublish = true, AllowBatchPublish = true });
await js.PurgeStreamAsync("LEDGER", new StreamPurgeRequest());

await using (NatsJSBatchPublisher transfer = await js.CreateBatchPublisherAsync("LEDGER"))
{
    await transfer.AddAsync("ledger.alice", -20);
    NatsJSBatchAck ack = await transfer.CommitAsync("ledger.bob", 20); // nothing is stored before
    Console.WriteLine($"stored {ack.Count} messages together");
}

await using (NatsJSBatchPublisher refused = await js.CreateBatchPublisherAsync("LEDGER"))
{
    try
    {
        await refused.AddAsync("ledger.alice", -100);
        await refused.CommitAsync("ledger.bob", 100, opts: new NatsJSBatchMsgOpts { ExpectedLastSubjectSequence = 1 }); // another client has written
    }
    catch (NatsJSApiException e)
    {
        Console.WriteLine($"stored nothing: {e.Error.Description}");
    }
}

await using NatsJSFastPublisher import = await js.CreateFastPublisherAsync("LEDGER");
for (int i = 0; i < 5_000; i++)
{
    await import.AddAsync("ledger.import", i); // strictly in order; one ack confirms many messages
}

NatsJSBatchAck imported = await import.CommitAsync();
Console.WriteLine($"imported {imported.Count}, lost {imported.Lost}");
