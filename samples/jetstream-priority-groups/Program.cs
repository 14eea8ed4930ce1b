// Two workers of one consumer: the second one helps only while the first one is behind.
using Earshot;
using Earshot.JetStream;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var client = new NatsClient(url);
INatsJSContext js = client.CreateJetStreamContext();
await js.CreateOrUpdateStreamAsync(new StreamConfig("TASKS", ["tasks.>"]) { Storage = StreamConfigStorage.Memory });
await js.PurgeStreamAsync("TASKS", new StreamPurgeRequest());

// snippet: priority-consumer
INatsJSConsumer consumer = await js.CreateOrUpdateConsumerAsync("TASKS", new ConsumerConfig("workers")
{
    AckPolicy = ConsumerConfigAckPolicy.Explicit,
    PriorityGroups = ["workers"],
    PriorityPolicy = ConsumerConfigPriorityPolicy.Overflow,
});
// end snippet
using var stop = new CancellationTokenSource();
int done = 0;

// snippet: priority-overflow
var local = new NatsJSRunOpts { Consume = new NatsJSConsumeOpts { PriorityGroup = new NatsJSPriorityGroupOpts { Group = "workers" } } };
var remote = new NatsJSRunOpts { Consume = new NatsJSConsumeOpts { PriorityGroup = new NatsJSPriorityGroupOpts { Group = "workers", MinPending = 20 } } };
Task<NatsJSRunResult> near = consumer.RunAsync<int>(WorkAsync, local, cancellationToken: stop.Token);
Task<NatsJSRunResult> far = consumer.RunAsync<int>(WorkAsync, remote, cancellationToken: stop.Token);
// end snippet
for (int task = 0; task < 60; task++)
{
    await js.PublishAsync("tasks.a", task);
}

Console.WriteLine($"the local worker did {(await near).Succeeded} tasks, the remote one {(await far).Succeeded}");

async Task WorkAsync(INatsJSMsg<int> message, CancellationToken cancel)
{
    await Task.Delay(5, cancel);
    if (Interlocked.Increment(ref done) == 60)
    {
        await stop.CancelAsync();
    }
}
