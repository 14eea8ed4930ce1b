using System.Text.RegularExpressions;
using Earshot.JetStream;
using Xunit;

namespace Earshot.Server.Tests.JetStream;

/// <summary>The transcript describes JetStream in words, next to the bytes.</summary>
public sealed partial class TranscriptWordsTests
{
    [GeneratedRegex(@"^\d+\.\d{3} J: (.+)$", RegexOptions.Multiline)]
    private static partial Regex Words { get; }

    [Fact]
    public async Task Requests_messages_and_acks_are_described()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true, TranscriptCapacity = 500 }, limit.Token);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        INatsJSContext context = connection.CreateJetStreamContext();
        await context.CreateStreamAsync(new StreamConfig("ORDERS", ["orders.*"]) { AllowDirect = true }, limit.Token);
        INatsJSConsumer consumer = await context.CreateOrUpdateConsumerAsync("ORDERS", new ConsumerConfig("worker"), limit.Token);
        await context.PublishAsync("orders.1", "a", opts: new NatsJSPubOpts { MsgId = "x" }, cancellationToken: limit.Token);
        await context.PublishAsync("orders.1", "a", opts: new NatsJSPubOpts { MsgId = "x" }, cancellationToken: limit.Token);
        INatsJSMsg<string> first = (await consumer.NextAsync<string>(cancellationToken: limit.Token))!;
        await first.NakAsync(cancellationToken: limit.Token);
        INatsJSMsg<string> again = (await consumer.NextAsync<string>(cancellationToken: limit.Token))!;
        await again.AckAsync(new AckOpts { DoubleAck = true }, limit.Token);
        INatsJSStream stream = await context.GetStreamAsync("ORDERS", cancellationToken: limit.Token);
        await stream.GetDirectAsync<string>(new StreamMsgGetRequest { LastBySubj = "orders.1" }, cancellationToken: limit.Token);
        await Assert.ThrowsAsync<NatsJSConsumerNotFoundException>(async () => await context.GetConsumerAsync("ORDERS", "none", limit.Token));

        Assert.Equal(
            [
                "create stream ORDERS", "create consumer ORDERS/worker",
                "publish orders.1 to ORDERS", "publish orders.1 to ORDERS", "not stored in ORDERS",
                "pull 1 of ORDERS/worker", "deliver 1 of ORDERS/worker", "nak 1 of ORDERS/worker",
                "pull 1 of ORDERS/worker", "deliver 1 of ORDERS/worker", "ack 1 of ORDERS/worker",
                "info stream ORDERS", "direct get of ORDERS: orders.1",
                "info consumer ORDERS/none", "error 10014: consumer not found",
            ],
            Words.Matches(server.Transcript).Select(match => match.Groups[1].Value));
    }
}
