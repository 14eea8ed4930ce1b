using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>A stream that lost messages, noticed by several parts of one connection.</summary>
public sealed class RegressionWireTests : OrderedWire
{
    [Theory]
    [InlineData(true, 6, 6, RegressionEvidence.PubAck, RegressionAction.None)]
    [InlineData(false, 10, 5, RegressionEvidence.StreamInfo, RegressionAction.ResumedByTime)]
    public async Task Regression_is_told_once(bool isPublishFirst, int expected, int found, RegressionEvidence evidence, RegressionAction action)
    {
        var context = new NatsJSContext(Connection, new NatsJSOpts(Connection.Opts));
        await PublishAsync(context, 10);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = (await OrderedAsync()).Msgs.GetAsyncEnumerator(Cancel);
        string inbox = await PulledAsync("C1");
        await Peer.SendMessageAsync(inbox, SidOf(inbox), "one", "$JS.ACK.S.C1.1.10.1.1732752000000000000.0");
        Assert.True(await messages.MoveNextAsync());
        if (isPublishFirst)
        {
            await PublishAsync(context, 6); // the stream was put back to 5 messages
        }

        Task<bool> next = messages.MoveNextAsync().AsTask();
        await StatusAsync(inbox, "409 Leadership Change");
        await AnswerAsync("$JS.API.STREAM.INFO.S", Info(isPublishFirst ? 6 : 5));
        await RecreatedAsync(5);
        if (!isPublishFirst)
        {
            await PublishAsync(context, 7); // 6 has been delivered
        }

        Assert.True(await next);
        NatsStreamRegressionEvent told = Assert.Single(Connection.Events.ToList().OfType<NatsStreamRegressionEvent>());
        Assert.Equal(("S", (ulong)found, evidence, action), (told.Stream, told.Found, told.Evidence, told.Action));
        Assert.InRange(told.Expected, (ulong)expected, (ulong)expected + 5);
    }

    [Fact]
    public async Task Regression_that_only_an_ordered_read_can_notice_is_told_once_with_what_it_does()
    {
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = (await OrderedAsync()).Msgs.GetAsyncEnumerator(Cancel);
        string inbox = await PulledAsync("C1");
        await Peer.SendMessageAsync(inbox, SidOf(inbox), "one", "$JS.ACK.S.C1.1.10.1.1732752000000000000.0");
        Assert.True(await messages.MoveNextAsync());
        await StatusAsync(inbox, "100 Idle Heartbeat", "Nats-Last-Consumer: 1\r\nNats-Last-Stream: 5\r\n"); // was set back with its stream
        Task<bool> next = messages.MoveNextAsync().AsTask();
        await AnswerAsync("$JS.API.STREAM.INFO.S", Info(5));
        await RecreatedAsync(5);

        Assert.True(await next);
        NatsStreamRegressionEvent told = Assert.Single(Connection.Events.ToList().OfType<NatsStreamRegressionEvent>());
        Assert.Equal((5UL, RegressionAction.ResumedByTime), (told.Found, told.Action));
    }

    [Fact]
    public async Task Sequence_that_an_ordered_consumer_delivers_a_second_time_is_a_regression_although_the_stream_has_grown_since()
    {
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = (await OrderedAsync()).Msgs.GetAsyncEnumerator(Cancel);
        string inbox = await PulledAsync("C1");
        await Peer.SendMessageAsync(inbox, SidOf(inbox), "one", "$JS.ACK.S.C1.1.10.1.1732752000000000000.0");
        Assert.True(await messages.MoveNextAsync());
        await Peer.SendMessageAsync(inbox, SidOf(inbox), "another", "$JS.ACK.S.C1.1.6.2.1732752001000000000.0");
        Task<bool> next = messages.MoveNextAsync().AsTask();
        await AnswerAsync("$JS.API.STREAM.INFO.S", Info(20));
        string request = await RecreatedAsync(5);

        Assert.True(await next);
        NatsStreamRegressionEvent told = Assert.Single(Connection.Events.ToList().OfType<NatsStreamRegressionEvent>());
        Assert.Equal((11UL, 6UL, RegressionEvidence.Delivery), (told.Expected, told.Found, told.Evidence));
        Assert.Contains("by_start_time", request, StringComparison.Ordinal); // nothing that was stored since is skipped
    }

    private async Task PublishAsync(NatsJSContext context, int sequence)
    {
        Task<PubAckResponse> publishing = context.PublishAsync("a", "x", cancellationToken: Cancel).AsTask();
        await AnswerAsync("a", $$"""{"stream":"S","seq":{{sequence}}}""");
        Assert.Equal((ulong)sequence, (await publishing).Seq);
    }
}
