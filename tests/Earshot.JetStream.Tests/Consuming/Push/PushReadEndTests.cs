using Xunit;

namespace Earshot.JetStream.Tests.Consuming.Push;

/// <summary>The frames at the end of a read of a push consumer, and of the read that follows.</summary>
public sealed class PushReadEndTests : PushWireRig
{
    [Fact]
    public async Task Stop_unsubscribes_and_returns_unread_messages_after_the_PONG()
    {
        INatsJSConsume<string> consume = await StartAsync(Durable);
        await MessageAsync(1);
        await FlushAsync();
        Task stopping = consume.StopAsync(Cancel).AsTask();
        Assert.Equal("UNSUB 2", (await NextAsync()).Line);
        await Peer.ExpectAsync("PING", Cancel);
        await MessageAsync(2); // was in flight
        await Peer.SendAsync("PONG");
        await PublishedAsync(Reply(1), "-NAK");
        await PublishedAsync(Reply(2), "-NAK");
        await stopping;

        Assert.Equal(NatsJSConsumeState.Ended, consume.State);
    }

    [Fact]
    public async Task Loop_that_is_left_returns_the_rest_with_a_delay()
    {
        INatsJSPushConsumer consumer = await CreateAsync(Durable);
        IAsyncEnumerator<INatsJSMsg<string>> messages = consumer.ConsumeAsync<string>(cancellationToken: Cancel).GetAsyncEnumerator(Cancel);
        Task<bool> first = messages.MoveNextAsync().AsTask();
        Assert.Equal("SUB d 2", (await NextAsync()).Line);
        await MessageAsync(1);
        await MessageAsync(2);
        Assert.True(await first);
        await messages.DisposeAsync();
        Assert.Equal("UNSUB 2", (await NextAsync()).Line);
        await Peer.ExpectAsync("PING", Cancel);
        await Peer.SendAsync("PONG");

        await PublishedAsync(Reply(2), """-NAK {"delay":1000000000}""");
    }

    [Fact]
    public async Task Second_read_without_a_deliver_group_is_refused_while_the_first_runs()
    {
        INatsJSPushConsumer consumer = await CreateAsync(Durable);
        INatsJSConsume<string> first = await consumer.StartConsumeAsync<string>(cancellationToken: Cancel);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await consumer.StartConsumeAsync<string>(cancellationToken: Cancel));
        Assert.Equal("SUB d 2", (await NextAsync()).Line);
        Task stopping = first.StopAsync(Cancel).AsTask();
        Assert.Equal("UNSUB 2", (await NextAsync()).Line);
        await Peer.ExpectAsync("PING", Cancel);
        await Peer.SendAsync("PONG");
        await stopping;
        await consumer.StartConsumeAsync<string>(cancellationToken: Cancel);

        Assert.Equal("SUB d 3", (await NextAsync()).Line);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // the limit of the stop passes
    public async Task Read_directly_after_a_loop_that_was_left_waits_for_its_end(bool isAnswered)
    {
        INatsJSPushConsumer consumer = await CreateAsync(Durable);
        await LeaveLoopAsync(consumer);
        Task<INatsJSConsume<string>> second = consumer.StartConsumeAsync<string>(cancellationToken: Cancel).AsTask();
        Assert.False(second.IsCompleted);
        Assert.Equal("UNSUB 2", (await NextAsync()).Line);
        await Peer.ExpectAsync("PING", Cancel); // and the subscription of the second read does not precede it
        if (isAnswered)
        {
            await Peer.SendAsync("PONG");
        }
        else
        {
            await PassUntilAsync(second);
        }

        await second;
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await consumer.StartConsumeAsync<string>(cancellationToken: Cancel));
        Assert.Equal("SUB d 3", (await NextAsync()).Line);
    }

    [Fact]
    public async Task Read_that_waits_for_the_end_of_the_former_one_can_be_cancelled()
    {
        INatsJSPushConsumer consumer = await CreateAsync(Durable);
        await LeaveLoopAsync(consumer);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await using IAsyncEnumerator<INatsJSMsg<string>> second = consumer.ConsumeAsync<string>(cancellationToken: cancel.Token).GetAsyncEnumerator(Cancel);
        Task<bool> next = second.MoveNextAsync().AsTask();
        Assert.False(next.IsCompleted);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        Assert.Equal("UNSUB 2", (await NextAsync()).Line);
    }

    // The server has not confirmed the end of the subscription.
    private async Task LeaveLoopAsync(INatsJSPushConsumer consumer)
    {
        IAsyncEnumerator<INatsJSMsg<string>> messages = consumer.ConsumeAsync<string>(cancellationToken: Cancel).GetAsyncEnumerator(Cancel);
        Task<bool> first = messages.MoveNextAsync().AsTask();
        Assert.Equal("SUB d 2", (await NextAsync()).Line);
        await MessageAsync(1);
        Assert.True(await first);
        await messages.DisposeAsync();
    }
}
