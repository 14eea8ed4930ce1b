using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>An ordered read, and the answers of the server to its creations, frame by frame.</summary>
public abstract class OrderedWire : WireTests
{
    protected static string Info(int last) =>
        $$$"""{"config":{"name":"S"},"created":"2026-01-01T00:00:00Z","state":{"messages":5,"first_seq":1,"last_seq":{{{last}}}}}""";

    protected static string Created(string name, int floor) =>
        $$$"""{"stream_name":"S","name":"{{{name}}}","config":{"ack_policy":"none"},"delivered":{"consumer_seq":0,"stream_seq":{{{floor}}}},"num_pending":2}""";

    protected async Task<INatsJSConsume<string>> OrderedAsync(TimeSpan? requestTimeout = null)
    {
        var parts = new ContextParts(Connection, new NatsJSOpts(Connection.Opts, requestTimeout: requestTimeout) { VerifyEcho = false });
        Task<INatsJSConsume<string>> starting = new NatsJSOrderedConsumer(parts, "S", NatsJSOrderedConsumerOpts.Default)
            .StartConsumeAsync<string>(cancellationToken: Cancel).AsTask();
        await AnswerAsync("$JS.API.CONSUMER.CREATE.S.", Created("C1", 0));
        return await starting; // ends with the connection
    }

    // The next incarnation delivers one message.
    protected async Task<string> RecreatedAsync(int floor)
    {
        string request = await AnswerAsync("$JS.API.CONSUMER.CREATE.S.", Created("C2", floor));
        string inbox = await PulledAsync("C2");
        await Peer.SendMessageAsync(inbox, SidOf(inbox), "two", $"$JS.ACK.S.C2.1.{floor + 1}.1.1732752000000000000.0");
        return request;
    }

    protected async Task<string> PulledAsync(string consumer)
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
