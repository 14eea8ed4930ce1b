using Earshot.JetStream.Requests;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>An ordered read whose connection has found by other means that the stream lost messages, and has assigned their sequences again.</summary>
public sealed class OrderedOvertakenTests : OrderedWire
{
    [Theory]
    [InlineData("2024-11-28T00:00:00Z", "by_start_sequence")] // the message that was read last: the loss was behind it
    [InlineData("2024-11-28T00:00:05Z", "by_start_time")]
    [InlineData(null, "by_start_time")]
    public async Task Read_continues_at_its_sequence_only_if_the_stream_has_its_last_message(string? stored, string policy)
    {
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = (await OrderedAsync()).Msgs.GetAsyncEnumerator(Cancel);
        string inbox = await PulledAsync("C1");
        await Peer.SendMessageAsync(inbox, SidOf(inbox), "one", "$JS.ACK.S.C1.1.10.1.1732752000000000000.0");
        Assert.True(await messages.MoveNextAsync());
        Task<bool> next = messages.MoveNextAsync().AsTask();
        Fall(10, 9);
        await StatusAsync(inbox, "409 Leadership Change");

        await AnswerAsync("$JS.API.STREAM.INFO.S", Info(12));
        await AnswerAsync("$JS.API.STREAM.MSG.GET.S", stored is null
            ? """{"error":{"code":404,"err_code":10037,"description":"no message found"}}"""
            : $$$"""{"message":{"subject":"s","seq":10,"time":"{{{stored}}}"}}""");
        Assert.Contains($"\"{policy}\"", await RecreatedAsync(10), StringComparison.Ordinal);
        Assert.True(await next);
    }

    [Fact]
    public async Task Read_asks_again_for_its_last_message_when_there_is_no_answer()
    {
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = (await OrderedAsync(TimeSpan.FromMilliseconds(10))).Msgs.GetAsyncEnumerator(Cancel);
        string inbox = await PulledAsync("C1");
        await Peer.SendMessageAsync(inbox, SidOf(inbox), "one", "$JS.ACK.S.C1.1.10.1.1732752000000000000.0");
        Assert.True(await messages.MoveNextAsync());
        Task<bool> next = messages.MoveNextAsync().AsTask();
        Fall(10, 9);
        await StatusAsync(inbox, "409 Leadership Change");

        await AnswerAsync("$JS.API.STREAM.INFO.S", Info(12));
        await AnswerAsync("$JS.API.STREAM.MSG.GET.S", """{"error":{"code":503,"err_code":10008,"description":"JetStream system temporarily unavailable"}}""");
        await PassUntilAsync(AnswerAsync("$JS.API.STREAM.INFO.S", Info(12))); // after the delay of an attempt that failed
        await AnswerAsync("$JS.API.STREAM.MSG.GET.S", """{"message":{"subject":"s","seq":10,"time":"2024-11-28T00:00:00Z"}}""");
        Assert.Contains("\"by_start_sequence\"", await RecreatedAsync(10), StringComparison.Ordinal);
        Assert.True(await next);
    }

    [Fact]
    public async Task Message_that_comes_behind_the_regression_is_not_delivered_before_the_read_has_looked()
    {
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = (await OrderedAsync()).Msgs.GetAsyncEnumerator(Cancel);
        string inbox = await PulledAsync("C1");
        await Peer.SendMessageAsync(inbox, SidOf(inbox), "one", "$JS.ACK.S.C1.1.10.1.1732752000000000000.0");
        Assert.True(await messages.MoveNextAsync());
        Task<bool> next = messages.MoveNextAsync().AsTask();
        Fall(10, 9);
        await Peer.SendMessageAsync(inbox, SidOf(inbox), "eleven", "$JS.ACK.S.C1.1.11.2.1732752009000000000.0");

        await AnswerAsync("$JS.API.STREAM.INFO.S", Info(12));
        await AnswerAsync("$JS.API.STREAM.MSG.GET.S", """{"message":{"subject":"s","seq":10,"time":"2024-11-28T00:00:05Z"}}""");
        Assert.Contains("\"by_start_time\"", await RecreatedAsync(9), StringComparison.Ordinal);
        Assert.True(await next);
        Assert.Equal("two", messages.Current.Data);
    }

    [Fact]
    public async Task Regression_that_only_the_state_before_the_next_incarnation_shows_makes_the_read_ask_for_its_last_message()
    {
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = (await OrderedAsync()).Msgs.GetAsyncEnumerator(Cancel);
        string inbox = await PulledAsync("C1");
        await Peer.SendMessageAsync(inbox, SidOf(inbox), "one", "$JS.ACK.S.C1.1.10.1.1732752000000000000.0");
        Assert.True(await messages.MoveNextAsync());
        Task<bool> next = messages.MoveNextAsync().AsTask();
        await StatusAsync(inbox, "409 Leadership Change");
        await AnswerAsync("$JS.API.STREAM.INFO.S", Info(14));
        await AnswerAsync("$JS.API.CONSUMER.CREATE.S.", Created("C2", 10));
        inbox = await PulledAsync("C2");
        await StatusAsync(inbox, "409 Leadership Change");

        await AnswerAsync("$JS.API.STREAM.INFO.S", Info(12)); // it has lost messages behind the read; it may have lost others before
        await AnswerAsync("$JS.API.STREAM.MSG.GET.S", """{"message":{"subject":"s","seq":10,"time":"2024-11-28T00:00:05Z"}}""");
        Assert.Contains("\"by_start_time\"", await RecreatedAsync(9), StringComparison.Ordinal);
        Assert.True(await next);
        Assert.Single(Connection.Events.ToList().OfType<NatsStreamRegressionEvent>());
    }

    [Fact]
    public async Task Regression_that_is_found_while_the_read_asks_for_its_last_message_makes_it_ask_again()
    {
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = (await OrderedAsync()).Msgs.GetAsyncEnumerator(Cancel);
        string inbox = await PulledAsync("C1");
        await Peer.SendMessageAsync(inbox, SidOf(inbox), "one", "$JS.ACK.S.C1.1.10.1.1732752000000000000.0");
        Assert.True(await messages.MoveNextAsync());
        Task<bool> next = messages.MoveNextAsync().AsTask();
        Fall(13, 11);
        await StatusAsync(inbox, "409 Leadership Change");
        await AnswerAsync("$JS.API.STREAM.INFO.S", Info(12));
        await AnswerAsync(
            "$JS.API.STREAM.MSG.GET.S",
            """{"message":{"subject":"s","seq":10,"time":"2024-11-28T00:00:00Z"}}""", // read before the next loss
            first: () => Fall(12, 9));
        await AnswerAsync("$JS.API.CONSUMER.CREATE.S.", Created("C1", 10));
        inbox = await PulledAsync("C1");
        await Peer.SendMessageAsync(inbox, SidOf(inbox), "eleven", "$JS.ACK.S.C1.1.11.1.1732752009000000000.0");

        await AnswerAsync("$JS.API.STREAM.INFO.S", Info(12));
        await AnswerAsync("$JS.API.STREAM.MSG.GET.S", """{"message":{"subject":"s","seq":10,"time":"2024-11-28T00:00:05Z"}}""");
        Assert.Contains("\"by_start_time\"", await RecreatedAsync(9), StringComparison.Ordinal);
        Assert.True(await next);
        Assert.Equal("two", messages.Current.Data);
    }

    // As the ack of a publish shows it.
    private void Fall(ulong known, ulong assigned)
    {
        SequenceWatch watch = new ContextParts(Connection, new NatsJSOpts(Connection.Opts)).Watch;
        StreamEntry entry = watch.Entry(null, "S");
        watch.Acked(entry, assigned, new StreamView(entry, known, entry.Falls));
    }
}
