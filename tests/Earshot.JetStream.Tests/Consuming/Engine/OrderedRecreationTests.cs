using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>Creations of the next consumer of an ordered read that the server refuses.</summary>
public sealed class OrderedRecreationTests : OrderedWire
{
    [Theory]
    [InlineData(503, 10023, "insufficient resources")]
    [InlineData(400, 10005, "no suitable peers for placement")]
    [InlineData(400, 10026, "maximum consumers limit reached")]
    [InlineData(429, 10167, "too many requests")]
    public async Task Recreation_that_the_server_refuses_for_now_is_repeated(int code, int number, string text)
    {
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = (await OrderedAsync()).Msgs.GetAsyncEnumerator(Cancel);
        Task<bool> next = await LoseConsumerAsync(messages);
        await RefuseAsync(code, number, text);
        Task<string> recreated = AgainAsync();
        await PassUntilAsync(recreated);

        Assert.True(await next);
        Assert.Equal("two", messages.Current.Data);
    }

    [Fact]
    public async Task Recreation_that_fails_is_a_stall_that_ends_with_the_next_consumer()
    {
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = (await OrderedAsync()).Msgs.GetAsyncEnumerator(Cancel);
        Task<bool> next = await LoseConsumerAsync(messages);
        await RefuseAsync(400, 10026, "maximum consumers limit reached");
        Task<NatsConsumerStalledEvent> reported = Connection.Events.WhenAsync<NatsConsumerStalledEvent>(after: 0, Cancel);
        await PassUntilAsync(reported);
        NatsConsumerStalledEvent stalled = await reported;
        await PassUntilAsync(RefuseAsync(503, 10023, "insufficient resources"));
        Task<string> recreated = AgainAsync();
        await PassUntilAsync(recreated);

        Assert.True(await next);
        NatsConsumerResumedEvent resumed = await Connection.Events.WhenAsync<NatsConsumerResumedEvent>(after: 0, Cancel);
        Assert.Equal((StallReason.Unavailable, "C1"), (stalled.Reason, stalled.Consumer.Name));
        Assert.Equal((ResumeSign.Recreated, "C2", stalled.Consumer.Handle), (resumed.Sign, resumed.Consumer.Name, resumed.Consumer.Handle));
        Assert.Single(Connection.Events.ToList().OfType<NatsConsumerStalledEvent>());
        Assert.True(resumed.Stalled > TimeSpan.Zero);
    }

    [Fact]
    public async Task State_of_the_stream_that_is_refused_is_an_attempt_that_is_repeated_after_a_delay()
    {
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = (await OrderedAsync()).Msgs.GetAsyncEnumerator(Cancel);
        Task<bool> next = await LoseConsumerAsync(messages);
        await AnswerAsync("$JS.API.STREAM.INFO.S", """{"error":{"code":503,"err_code":10008,"description":"JetStream system temporarily unavailable"}}""");
        await FlushAsync();
        await FlushAsync(); // which fails if anything else is written: time does not pass
        Task<string> recreated = AgainAsync();
        await PassUntilAsync(recreated);

        Assert.True(await next);
        Assert.Equal("two", messages.Current.Data);
    }

    [Fact]
    public async Task Recreation_that_the_server_refuses_for_good_ends_the_read()
    {
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = (await OrderedAsync()).Msgs.GetAsyncEnumerator(Cancel);
        Task<bool> next = await LoseConsumerAsync(messages);
        await RefuseAsync(400, 10093, "consumer filter subject is not valid");

        Assert.True((await Assert.ThrowsAsync<NatsJSApiException>(() => next)).Is((NatsJSErrorCode)10093));
    }

    private async Task<Task<bool>> LoseConsumerAsync(IAsyncEnumerator<INatsJSMsg<string>> messages)
    {
        string inbox = await PulledAsync("C1");
        await Peer.SendMessageAsync(inbox, SidOf(inbox), "one", "$JS.ACK.S.C1.1.10.1.1732752000000000000.0");
        Assert.True(await messages.MoveNextAsync());
        Task<bool> next = messages.MoveNextAsync().AsTask();
        await StatusAsync(inbox, "409 Leadership Change");
        return next;
    }

    private async Task RefuseAsync(int code, int number, string text)
    {
        await AnswerAsync("$JS.API.STREAM.INFO.S", Info(10));
        await AnswerAsync("$JS.API.CONSUMER.CREATE.S.", $$$"""{"error":{"code":{{{code}}},"err_code":{{{number}}},"description":"{{{text}}}"}}""");
    }

    private async Task<string> AgainAsync()
    {
        await AnswerAsync("$JS.API.STREAM.INFO.S", Info(10));
        return await RecreatedAsync(10);
    }
}
