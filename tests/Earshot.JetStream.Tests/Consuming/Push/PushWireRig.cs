using Xunit;

namespace Earshot.JetStream.Tests.Consuming.Push;

/// <summary>A push consumer whose frames are written to an in-memory server with fake time.</summary>
public abstract class PushWireRig : WireTests
{
    protected static NatsJSPushConsumerOpts Durable => new() { DurableName = "C", DeliverSubject = "d", FlowControl = true };

    protected async Task<INatsJSPushConsumer> CreateAsync(NatsJSPushConsumerOpts opts)
    {
        var context = new NatsJSContext(Connection, new NatsJSOpts(Connection.Opts) { VerifyEcho = false });
        Task<INatsJSPushConsumer> creating = context.CreatePushConsumerAsync("S", opts, Cancel).AsTask();
        string ack = opts.AckPolicy == ConsumerConfigAckPolicy.None ? "none" : "explicit";
        await AnswerAsync("$JS.API.CONSUMER.CREATE.S.C", Created("C", ack));
        return await creating;
    }

    protected async Task<INatsJSConsume<string>> StartAsync(NatsJSPushConsumerOpts opts)
    {
        INatsJSPushConsumer consumer = await CreateAsync(opts);
        INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>(cancellationToken: Cancel);
        Assert.Equal("SUB d 2", (await NextAsync()).Line);
        return consume;
    }

    protected static string Created(string name, string ack) =>
        $$$"""{"stream_name":"S","name":"{{{name}}}","config":{"ack_policy":"{{{ack}}}","ack_wait":30000000000,"max_deliver":-1},"delivered":{"consumer_seq":0,"stream_seq":0},"num_pending":0}""";

    protected ValueTask MessageAsync(int sequence, string consumer = "C", int? delivery = null, int sid = 2, long time = 1732752000000000000) =>
        Peer.SendMessageAsync("a", sid, $"{sequence}", $"$JS.ACK.S.{consumer}.1.{sequence}.{delivery ?? sequence}.{time}.0");
}
