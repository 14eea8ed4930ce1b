using Earshot;
using Earshot.JetStream;

namespace Repository.Tests.Docs.Snippets;

/// <summary>The code of the JetStream guide. It is compiled and not run.</summary>
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
        string outcome = result switch
        {
            { Success: true, Value: { Outcome: NatsJSPublishOutcome.Stored } ack } => $"stored with sequence {ack.Seq}",
            { Success: true, Value: { Error: { } error } } => $"rejected: {error.Description}",
            { Success: true } => "the stream already has a message with this id",
            { Error: INatsDelivery { Outcome: NatsOutcome.Unknown } } => "the stream may have stored the message",
            { Error: var e } => $"not stored: {e.Message}",
        };
        // end snippet
        Console.WriteLine(outcome);
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
            await publisher.PublishAsync("orders.new", order); // waits while the limit is reached
        }

        await publisher.FlushAsync(); // waits for all outcomes
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
        connection.Events.On<NatsStreamRegressionEvent>(e => Console.WriteLine($"{e.Stream} lost messages after {e.Found}"));
        // end snippet
    }
}
