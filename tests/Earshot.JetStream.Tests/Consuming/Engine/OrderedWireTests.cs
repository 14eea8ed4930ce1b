using Earshot.JetStream.Requests;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>What an ordered read asks for, frame by frame.</summary>
public sealed class OrderedWireTests : WireTests
{
    [Fact]
    public async Task Tail_lost_in_a_reconnect_is_found_by_the_heartbeat()
    {
        var parts = new ContextParts(Connection, new NatsJSOpts(Connection.Opts) { VerifyEcho = false });
        Task<INatsJSConsume<string>> starting = new NatsJSOrderedConsumer(parts, "S", NatsJSOrderedConsumerOpts.Default)
            .StartConsumeAsync<string>(cancellationToken: Cancel).AsTask();
        await AnswerAsync("$JS.API.CONSUMER.CREATE.S.", Created("C1", 0));
        INatsJSConsume<string> consume = await starting; // ends with the connection
        string inbox = await PulledAsync("C1");
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(Cancel);
        await Peer.SendMessageAsync(inbox, SidOf(inbox), "one", "$JS.ACK.S.C1.1.1.1.1732752000000000000.2");
        Assert.True(await messages.MoveNextAsync());
        Task<bool> next = messages.MoveNextAsync().AsTask();
        string heartbeat = "NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 3\r\nNats-Last-Stream: 3\r\n\r\n"; // two more were delivered, to nobody
        await Peer.SendAsync($"HMSG {inbox} {SidOf(inbox)} {heartbeat.Length} {heartbeat.Length}\r\n{heartbeat}\r\n");
        await AnswerAsync("$JS.API.STREAM.INFO.S", """{"config":{"name":"S"},"created":"2026-01-01T00:00:00Z","state":{"messages":3,"first_seq":1,"last_seq":3}}""");
        string request = await AnswerAsync("$JS.API.CONSUMER.CREATE.S.", Created("C2", 1));
        string second = await PulledAsync("C2");
        await Peer.SendMessageAsync(second, SidOf(second), "two", "$JS.ACK.S.C2.1.2.1.1732752000000000000.1");

        Assert.True(await next);
        Assert.Equal("two", messages.Current.Data);
        Assert.Contains("\"opt_start_seq\":2", request, StringComparison.Ordinal);
        NatsConsumerRecreatedEvent told = await Connection.Events.WhenAsync<NatsConsumerRecreatedEvent>(after: 0, Cancel);
        Assert.Equal((RecreateCause.SequenceGap, 2UL), (told.Cause, told.FromStreamSeq));
    }

    private static string Created(string name, int floor) =>
        $$$"""{"stream_name":"S","name":"{{{name}}}","config":{"ack_policy":"none"},"delivered":{"consumer_seq":0,"stream_seq":{{{floor}}}},"num_pending":2}""";

    private async Task<string> PulledAsync(string consumer)
    {
        while (true)
        {
            if ((await NextAsync()).Line.Split(' ') is ["PUB", var subject, var inbox, _] && subject == $"$JS.API.CONSUMER.MSG.NEXT.S.{consumer}")
            {
                return inbox;
            }
        }
    }
}
