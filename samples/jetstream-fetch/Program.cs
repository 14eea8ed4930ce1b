// Reading batches: a number of messages within a time, what the server has now, and one message.
using Earshot;
using Earshot.JetStream;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var client = new NatsClient(url);
INatsJSContext js = client.CreateJetStreamContext();
await js.CreateOrUpdateStreamAsync(new StreamConfig("MAILS", ["mails.>"]) { Storage = StreamConfigStorage.Memory });
await js.PurgeStreamAsync("MAILS", new StreamPurgeRequest());
for (int mail = 1; mail <= 12; mail++)
{
    await js.PublishAsync("mails.out", mail);
}

INatsJSConsumer consumer = await js.CreateOrUpdateConsumerAsync("MAILS", new ConsumerConfig("senders") { AckPolicy = ConsumerConfigAckPolicy.Explicit });

// At most 5 messages; ends after 2 seconds at the latest.
await SendAsync("batch", consumer.FetchAsync<int>(new NatsJSFetchOpts { MaxMsgs = 5, Expires = TimeSpan.FromSeconds(2) }));

// What is there now, without waiting for more.
await SendAsync("no wait", consumer.FetchNoWaitAsync<int>(new NatsJSFetchOpts { MaxMsgs = 6 }));

// One message; null when none came in time.
var opts = new NatsJSNextOpts { Expires = TimeSpan.FromMilliseconds(500) };
INatsJSMsg<int> next = (await consumer.NextAsync<int>(opts: opts))!;
await next.AckAsync();
Console.WriteLine($"next: {next.Data}, then {((await consumer.NextAsync<int>(opts: opts)) is null ? "none" : "more")}");

static async Task SendAsync(string title, IAsyncEnumerable<INatsJSMsg<int>> mails)
{
    List<int> sent = [];
    await foreach (INatsJSMsg<int> mail in mails)
    {
        sent.Add(mail.Data);
        await mail.AckAsync();
    }

    Console.WriteLine($"{title}: {string.Join(", ", sent)}");
}
