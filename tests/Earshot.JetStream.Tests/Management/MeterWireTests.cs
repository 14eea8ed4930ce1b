using System.Diagnostics.Metrics;
using Earshot.JetStream.Requests;
using Earshot.JetStream.Tests.Consuming;
using Earshot.JetStream.Tests.Kit;
using Xunit;

namespace Earshot.JetStream.Tests.Management;

/// <summary>What is counted in the meter "Earshot" about JetStream when something fails, with a server that the test plays.</summary>
[Collection(nameof(MeterTests))]
public sealed class MeterWireTests : WireTests
{
    private static readonly AckOpts s_confirmed = new() { DoubleAck = true };

    [Fact]
    public async Task Publishes_that_were_not_sent_or_are_unknown_are_counted()
    {
        using var readings = new MeterReadings();
        var context = new NatsJSContext(Connection);
        Task<PubAckResponse> unknown = context.PublishAsync("a", "1", cancellationToken: Cancel).AsTask();
        await PublishedAsync("a");
        await LoseAsync();
        await Assert.ThrowsAsync<NatsJSPublishUnknownException>(() => unknown);
        Task<PubAckResponse> notSent = context.PublishAsync("a", "2", opts: new NatsJSPubOpts { Timeout = TimeSpan.FromSeconds(1) }, cancellationToken: Cancel).AsTask();
        Time.Advance(TimeSpan.FromSeconds(1.1));
        await Assert.ThrowsAsync<NatsJSPublishNotSentException>(() => notSent);

        Assert.Equal("NotSent 1, Unknown 1", readings.Of("publishes"));
        Assert.Equal("NotSent 1, Unknown 1", readings.Of("publish.duration"));
    }

    [Fact]
    public async Task Acks_are_counted_by_outcome()
    {
        using var readings = new MeterReadings();
        INatsJSConsume<string> consume = await StartAsync(); // ends with the connection
        (string pull, _) = await PullAsync();
        for (int i = 1; i <= 6; i++)
        {
            await Peer.SendMessageAsync(pull, SidOf(pull), "x", Reply(i));
        }

        IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(Cancel);
        var msgs = new INatsJSMsg<string>[6];
        for (int i = 0; i < 6; i++)
        {
            Assert.True(await messages.MoveNextAsync());
            msgs[i] = messages.Current;
        }

        Assert.Equal(NatsJSAckOutcome.Sent, await msgs[0].TryAckAsync(cancellationToken: Cancel));
        ValueTask<NatsJSAckOutcome> confirmed = msgs[1].TryAckAsync(s_confirmed, Cancel), gone = msgs[2].TryAckAsync(s_confirmed, Cancel), unknown = msgs[3].TryAckAsync(s_confirmed, Cancel);
        string inbox = await PublishedAsync(Reply(2));
        await Peer.SendMessageAsync(inbox, SidOf(inbox), "");
        Assert.Equal(NatsJSAckOutcome.Confirmed, await confirmed);
        inbox = await PublishedAsync(Reply(3));
        await Peer.SendAsync($"HMSG {inbox} {SidOf(inbox)} 16 16\r\nNATS/1.0 503\r\n\r\n\r\n");
        Assert.Equal(NatsJSAckOutcome.ConsumerGone, await gone);
        await PublishedAsync(Reply(4));
        await LoseAsync();
        Assert.Equal(NatsJSAckOutcome.Unknown, await unknown);
        ValueTask<NatsJSAckOutcome> notSent = msgs[4].TryAckAsync(s_confirmed, Cancel);
        Time.Advance(TimeSpan.FromSeconds(5.1));
        Assert.Equal(NatsJSAckOutcome.NotSent, await notSent);
        Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(NatsJSAckOutcome.Late, await msgs[5].TryAckAsync(cancellationToken: Cancel)); // in the buffer for the next session

        Assert.Equal("Confirmed 1, ConsumerGone 1, Late 1, NotSent 1, Sent 1, Unknown 1", readings.Of("acks"));
    }

    [Fact]
    public async Task Stall_is_counted_by_its_reason_and_its_duration_when_it_ends()
    {
        using var readings = new MeterReadings();
        await StartAsync(); // ends with the connection
        (string inbox, _) = await PullAsync();
        await Peer.SendAsync($"HMSG {inbox} {SidOf(inbox)} 16 16\r\nNATS/1.0 503\r\n\r\n\r\n");
        await AnswerAsync("$JS.API.CONSUMER.INFO.S.C", """{"error":{"code":503,"err_code":10008,"description":"no leader"}}""");
        await Connection.Events.WhenAsync<NatsConsumerStalledEvent>(after: 0, Cancel);
        Assert.Equal(("NoLeader 1", ""), (readings.Of("stalls"), readings.Of("stall.duration")));
        Task<(string Inbox, string)> pulled = PullAsync();
        await PassUntilAsync(pulled);
        string second = (await pulled).Inbox;
        await Peer.SendMessageAsync(second, SidOf(second), "x", Reply(1));
        await Connection.Events.WhenAsync<NatsConsumerResumedEvent>(after: 0, Cancel);

        Assert.Equal(("NoLeader 1", "1"), (readings.Of("stalls"), readings.Of("stall.duration")));
    }

    [Theory]
    [InlineData(3, "SequenceGap 1", "")]
    [InlineData(0, "Regression 1", "StreamInfo 1")]
    public async Task Recreation_is_counted_by_its_cause_and_a_regression_by_its_evidence(int lastSeq, string recreations, string regressions)
    {
        using var readings = new MeterReadings();
        var parts = new ContextParts(Connection, new NatsJSOpts(Connection.Opts) { VerifyEcho = false });
        Task<INatsJSConsume<string>> starting = new NatsJSOrderedConsumer(parts, "S", NatsJSOrderedConsumerOpts.Default).StartConsumeAsync<string>(cancellationToken: Cancel).AsTask();
        await AnswerAsync("$JS.API.CONSUMER.CREATE.S.", Created("C1", 0));
        INatsJSConsume<string> consume = await starting; // ends with the connection
        string inbox = await PublishedAsync("$JS.API.CONSUMER.MSG.NEXT.S.C1");
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(Cancel);
        await Peer.SendMessageAsync(inbox, SidOf(inbox), "one", "$JS.ACK.S.C1.1.1.1.1732752000000000000.2");
        Assert.True(await messages.MoveNextAsync());
        Task<bool> next = messages.MoveNextAsync().AsTask();
        await Peer.SendMessageAsync(inbox, SidOf(inbox), "three", "$JS.ACK.S.C1.1.3.3.1732752000000000000.2");
        await AnswerAsync("$JS.API.STREAM.INFO.S", $$$"""{"config":{"name":"S"},"created":"2026-01-01T00:00:00Z","state":{"first_seq":1,"last_seq":{{{lastSeq}}}}}""");
        await AnswerAsync("$JS.API.CONSUMER.CREATE.S.", Created("C2", 1));
        string second = await PublishedAsync("$JS.API.CONSUMER.MSG.NEXT.S.C2");
        await Peer.SendMessageAsync(second, SidOf(second), "two", "$JS.ACK.S.C2.1.2.1.1732752000000000000.1");
        Assert.True(await next);
        await Connection.Events.WhenAsync<NatsConsumerRecreatedEvent>(after: 0, Cancel);

        Assert.Equal((recreations, regressions), (readings.Of("recreations"), readings.Of("regressions")));
    }

    [Fact]
    public async Task Regression_that_an_ack_of_a_publish_shows_is_counted()
    {
        using var readings = new MeterReadings();
        var context = new NatsJSContext(Connection);
        foreach (ulong sequence in (ulong[])[10, 6, 7])
        {
            Task<PubAckResponse> publish = context.PublishAsync("a", "", cancellationToken: Cancel).AsTask();
            string inbox = await PublishedAsync("a");
            await Peer.SendMessageAsync(inbox, SidOf(inbox), ScriptedStream.Ack(sequence));
            Assert.Equal(sequence, (await publish).Seq);
        }

        Assert.Equal("PubAck 1", readings.Of("regressions"));
    }

    [Theory]
    [InlineData("earshot.jetstream.publishes")]
    [InlineData("earshot.jetstream.publish.duration")]
    [InlineData("earshot.jetstream.regressions")]
    [InlineData("messaging.client.sent.messages")]
    [InlineData("messaging.client.operation.duration")]
    public async Task Listener_that_throws_costs_neither_a_publish_nor_the_session(string instrument)
    {
        using MeterListener listener = Throwing(instrument, out Func<int> calls);
        var context = new NatsJSContext(Connection);
        NatsJSPublisher publisher = context.CreatePublisher(new NatsJSPublisherOpts { UseMsgIds = false });
        foreach (ulong sequence in (ulong[])[10, 6, 7]) // the second one is a regression
        {
            Task<PubAckResponse> publish = context.PublishAsync("a", "", cancellationToken: Cancel).AsTask();
            string inbox = await PublishedAsync("a");
            await Peer.SendMessageAsync(inbox, SidOf(inbox), ScriptedStream.Ack(sequence));
            Assert.Equal((sequence, NatsJSPublishOutcome.Stored), await publish.WaitAsync(Cancel) is { } ack ? (ack.Seq, ack.Outcome) : default);
        }

        NatsJSPublishTicket ticket = await publisher.PublishAsync("a", "", cancellationToken: Cancel);
        string observed = await PublishedAsync("a");
        await Peer.SendMessageAsync(observed, SidOf(observed), ScriptedStream.Ack(8));
        Assert.Equal(8UL, (await ticket.GetResponseAsync().WaitAsync(Cancel)).Seq);
        await publisher.FlushAsync(Cancel).AsTask().WaitAsync(Cancel);

        Assert.True(calls() > 0);
        Assert.Empty(Connection.Events.ToList().OfType<NatsDisconnectedEvent>());
    }

    private static MeterListener Throwing(string name, out Func<int> calls)
    {
        int count = 0;
        calls = () => Volatile.Read(ref count);
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "Earshot" && instrument.Name == name)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => Throw());
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => Throw());
        listener.Start();
        return listener;

        void Throw()
        {
            Interlocked.Increment(ref count);
            throw new InvalidOperationException("of the listener");
        }
    }

    private static string Created(string name, int floor) =>
        $$$"""{"stream_name":"S","name":"{{{name}}}","config":{"ack_policy":"none"},"delivered":{"consumer_seq":0,"stream_seq":{{{floor}}}},"num_pending":2}""";

    // The inbox of the next request to this subject.
    private async Task<string> PublishedAsync(string subject)
    {
        while (true)
        {
            if ((await NextAsync()).Line.Split(' ') is ["PUB", var to, var inbox, _] && to == subject)
            {
                return inbox;
            }
        }
    }

    private async Task LoseAsync()
    {
        Task lost = Connection.Events.WhenAsync<NatsDisconnectedEvent>(after: 0, Cancel);
        Peer.Close();
        await lost;
    }
}
