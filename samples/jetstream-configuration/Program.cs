// Streams that copy from each other: subjects are transformed, a mirror follows, two streams are merged, and messages are republished.
using Earshot;
using Earshot.JetStream;

await using var client = new NatsClient(Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222");
INatsJSContext js = client.CreateJetStreamContext();
await foreach (string name in js.ListStreamNamesAsync())
{
    if (name is "ALL_ORDERS" or "ORDERS_COPY" or "ORDERS_EU" or "ORDERS_US")
    {
        await js.DeleteStreamAsync(name); // of an earlier run
    }
}

// snippet: configuration-transform
await js.CreateStreamAsync(new StreamConfig("ORDERS_EU", ["eu.orders.*"])
{
    Storage = StreamConfigStorage.Memory,
    SubjectTransform = new SubjectTransform { Src = "eu.orders.*", Dest = "orders.eu.{{wildcard(1)}}" },
    Republish = new Republish { Src = "orders.eu.>", Dest = "live.eu.>" },
});
// end snippet
await js.CreateStreamAsync(new StreamConfig("ORDERS_US", ["us.orders.*"]) { Storage = StreamConfigStorage.Memory });

// snippet: configuration-mirror
await js.CreateStreamAsync(new StreamConfig
{
    Name = "ORDERS_COPY",
    Storage = StreamConfigStorage.Memory,
    Mirror = new StreamSource { Name = "ORDERS_EU" },
});
// end snippet

// snippet: configuration-sources
await js.CreateStreamAsync(new StreamConfig
{
    Name = "ALL_ORDERS",
    Storage = StreamConfigStorage.Memory,
    Sources =
    [
        new StreamSource { Name = "ORDERS_EU", FilterSubject = "orders.eu.new" },
        new StreamSource { Name = "ORDERS_US", SubjectTransforms = [new SubjectTransform { Src = "us.orders.*", Dest = "orders.us.{{wildcard(1)}}" }] },
    ],
});
// end snippet

await using INatsSub<string> live = await client.Connection.SubscribeCoreAsync<string>("live.>");
await js.PublishAsync("eu.orders.new", "17");
await js.PublishAsync("us.orders.new", "18");
Console.WriteLine($"republished on {(await live.Msgs.ReadAsync()).Subject}");
INatsJSConsumer all = await js.CreateOrderedConsumerAsync("ALL_ORDERS");
await foreach (INatsJSMsg<string> order in all.FetchAsync<string>(new NatsJSFetchOpts { MaxMsgs = 2 }))
{
    Console.WriteLine($"{order.Subject}: {order.Data}");
}
