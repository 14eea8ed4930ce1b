// Reads a stream from its beginning, in order and without acknowledgements: to rebuild a state, for example.
using Earshot;
using Earshot.JetStream;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var client = new NatsClient(url);
INatsJSContext js = client.CreateJetStreamContext();
await js.CreateOrUpdateStreamAsync(new StreamConfig("ACCOUNTS", ["accounts.>"]) { Storage = StreamConfigStorage.Memory });
await js.PurgeStreamAsync("ACCOUNTS", new StreamPurgeRequest());
foreach (int amount in (int[])[100, -30, 12])
{
    await js.PublishAsync("accounts.alice", amount);
}

INatsJSStream stream = await js.GetStreamAsync("ACCOUNTS");
ulong last = stream.Info.State.LastSeq;
INatsJSConsumer ordered = await js.CreateOrderedConsumerAsync("ACCOUNTS", new NatsJSOrderedConsumerOpts { FilterSubjects = ["accounts.alice"] });
int balance = 0;
await foreach (INatsJSMsg<int> message in ordered.ConsumeAsync<int>())
{
    balance += message.Data;
    if (message.Metadata?.Sequence.Stream >= last)
    {
        break; // up to date; without this line the loop continues with what comes next
    }
}

Console.WriteLine($"balance {balance}");
