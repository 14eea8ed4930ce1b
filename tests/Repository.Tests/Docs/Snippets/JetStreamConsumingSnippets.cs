using Earshot;
using Earshot.JetStream;

namespace Repository.Tests.Docs.Snippets;

/// <summary>Code that the guide about JetStream consumers prints; it is compiled, and the tests do not run it.</summary>
internal static class JetStreamConsumingSnippets
{
    internal static async Task ConsumeAsync(INatsJSContext js, CancellationTokenSource stop)
    {
        // snippet: jetstream-consume
        INatsJSConsumer consumer = await js.CreateOrUpdateConsumerAsync("ORDERS", new ConsumerConfig("billing")
        {
            AckPolicy = ConsumerConfigAckPolicy.Explicit,
            AckWait = TimeSpan.FromSeconds(30),
        });

        await foreach (INatsJSMsg<Order> message in consumer.ConsumeAsync<Order>(cancellationToken: stop.Token))
        {
            await BillAsync(message.Data!);
            await message.AckAsync();
        }
        // end snippet
    }

    internal static async Task FetchAsync(INatsJSConsumer consumer)
    {
        // snippet: jetstream-fetch
        // At most 100 messages; ends after 5 seconds at the latest.
        await foreach (INatsJSMsg<Order> message in consumer.FetchAsync<Order>(new NatsJSFetchOpts { MaxMsgs = 100, Expires = TimeSpan.FromSeconds(5) }))
        {
            await message.AckAsync();
        }

        // What the server has now, without waiting for more.
        await foreach (INatsJSMsg<Order> message in consumer.FetchNoWaitAsync<Order>(new NatsJSFetchOpts { MaxMsgs = 100 }))
        {
            await message.AckAsync();
        }

        // One message; null when none came in time.
        INatsJSMsg<Order>? next = await consumer.NextAsync<Order>(opts: new NatsJSNextOpts { Expires = TimeSpan.FromSeconds(2) });
        // end snippet
        GC.KeepAlive(next);
    }

    internal static async Task HandleAsync(INatsJSConsumer consumer)
    {
        // snippet: jetstream-handle
        await using INatsJSConsume<Order> consume = await consumer.StartConsumeAsync<Order>();
        var reading = Task.Run(async () =>
        {
            await foreach (INatsJSMsg<Order> message in consume.Msgs)
            {
                await BillAsync(message.Data!);
                await message.AckAsync();
            }
        });

        Console.WriteLine($"{consume.State}: {consume.Counts.Received} received, {consume.Counts.Buffered} not processed yet");
        await consume.DrainAsync(); // no new pull requests; what was requested is still delivered and processed
        await reading;
        // end snippet
    }

    internal static async Task AcknowledgeAsync(INatsJSMsg<Order> message)
    {
        // snippet: jetstream-acks
        try
        {
            await BillAsync(message.Data!);
            NatsJSAckOutcome outcome = await message.TryAckAsync(new AckOpts { DoubleAck = true });
            if (outcome is NatsJSAckOutcome.Late or NatsJSAckOutcome.Unknown)
            {
                Console.WriteLine($"order {message.Data!.Id} may be delivered again: {outcome}");
            }
        }
        catch (HttpRequestException)
        {
            await message.NakAsync(new AckOpts { NakDelay = TimeSpan.FromSeconds(10) }); // deliver it again, later
        }
        catch (FormatException e)
        {
            await message.AckTerminateAsync(new AckOpts { TerminateReason = e.Message }); // never deliver it again
        }
        // end snippet
    }

    internal static async Task OrderedAsync(INatsJSContext js)
    {
        // snippet: jetstream-ordered
        INatsJSConsumer ordered = await js.CreateOrderedConsumerAsync("ORDERS", new NatsJSOrderedConsumerOpts { FilterSubjects = ["orders.new"] });
        await foreach (INatsJSMsg<Order> message in ordered.ConsumeAsync<Order>())
        {
            Console.WriteLine($"{message.Metadata?.Sequence.Stream}: {message.Data!.Id}");
        }
        // end snippet
    }

    internal static void Listen(INatsConnection connection)
    {
        // snippet: jetstream-consumer-events
        connection.Events.On<NatsConsumerStalledEvent>(e => Console.WriteLine($"{e.Consumer}: no messages can arrive: {e.Reason}"));
        connection.Events.On<NatsConsumerResumedEvent>(e => Console.WriteLine($"{e.Consumer}: resumed after {e.Stalled}"));
        connection.Events.On<NatsConsumerLostEvent>(e => Console.WriteLine($"{e.Consumer}: ended by the server: {e.Reason}"));
        // end snippet
    }

    private static Task<string> BillAsync(Order order) => Task.FromResult(order.Id);

    internal sealed record Order(string Id);
}
