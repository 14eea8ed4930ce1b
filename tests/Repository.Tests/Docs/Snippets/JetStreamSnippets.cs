using Earshot;
using Earshot.JetStream;

namespace Repository.Tests.Docs.Snippets;

/// <summary>Code that the guide about JetStream prints; it is compiled, and the tests do not run it.</summary>
internal static class JetStreamSnippets
{
    internal static async Task FirstAsync(byte[] order)
    {
        // snippet: jetstream-first
        await using var client = new NatsClient("nats://localhost:4222");
        INatsJSContext js = client.CreateJetStreamContext();
        await js.CreateOrUpdateStreamAsync(new StreamConfig("ORDERS", ["orders.>"]));

        PubAckResponse ack = await js.PublishAsync("orders.new", order, opts: new NatsJSPubOpts { MsgId = "order-17" });
        ack.EnsureSuccess();
        // end snippet
    }

    internal static async Task OutcomeAsync(INatsJSContext js, byte[] order)
    {
        // snippet: jetstream-outcome
        NatsResult<PubAckResponse> result = await js.TryPublishAsync("orders.new", order);
        string fate = result switch
        {
            { Success: true, Value: { Outcome: NatsJSPublishOutcome.Stored } ack } => $"stored with sequence {ack.Seq}",
            { Success: true, Value: { Error: { } error } } => $"refused: {error.Description}",
            { Success: true } => "the stream had it already",
            { Error: INatsDelivery { Outcome: NatsOutcome.Unknown } } => "the stream may have it",
            { Error: var e } => $"the stream does not have it: {e.Message}",
        };
        // end snippet
        Console.WriteLine(fate);
    }

    internal static async Task PublisherAsync(INatsJSContext js, IReadOnlyList<byte[]> orders)
    {
        // snippet: jetstream-publisher
        await using NatsJSPublisher publisher = js.CreatePublisher(new NatsJSPublisherOpts
        {
            OnFailed = failure => Console.WriteLine($"{failure.MsgId}: {failure.Exception.Message}"),
        });
        foreach (byte[] order in orders)
        {
            await publisher.PublishAsync("orders.new", order); // waits only for room
        }

        await publisher.FlushAsync(); // every outcome is known
        // end snippet
    }

    internal static async Task ManageAsync(INatsJSContext js)
    {
        // snippet: jetstream-manage
        INatsJSStream stream = await js.GetStreamAsync("ORDERS");
        await stream.UpdateAsync(stream.Info.Config with { MaxAge = TimeSpan.FromDays(7) });
        await stream.PurgeAsync(new StreamPurgeRequest { Filter = "orders.test.>" });
        await foreach (string name in js.ListStreamNamesAsync())
        {
            Console.WriteLine(name);
        }
        // end snippet
    }

    internal static void Listen(INatsConnection connection)
    {
        // snippet: jetstream-events
        connection.Events.On<NatsUncertainOutcomeEvent>(e => Console.WriteLine($"{e.Subject}: {e.Result}, {e.Count} messages"));
        connection.Events.On<NatsStreamRegressionEvent>(e => Console.WriteLine($"{e.Stream} lost messages behind {e.Found}"));
        // end snippet
    }
}
