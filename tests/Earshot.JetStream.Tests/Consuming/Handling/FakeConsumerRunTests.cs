using System.Collections.Concurrent;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>A run on a consumer that an application has made for its own tests: it needs nothing but the interfaces.</summary>
public sealed class FakeConsumerRunTests
{
    private readonly ConcurrentQueue<string> _acks = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_message_is_acknowledged_after_its_handler()
    {
        var consumer = new FakeConsumer(Msg("1"), Msg("2"));
        NatsJSRunResult result = await consumer.RunAsync<string>(
            (msg, _) =>
            {
                _acks.Enqueue($"{msg.Data} handled");
                return Task.CompletedTask;
            },
            cancellationToken: Cancel);

        Assert.Equal(["1 handled", "1 ack", "2 handled", "2 ack"], _acks);
        Assert.Equal(new NatsJSRunResult(2, 0, 0, 0), result);
        Assert.True(consumer.IsStopped);
    }

    [Fact]
    public async Task What_threw_is_not_acknowledged_and_does_not_end_the_run()
    {
        var consumer = new FakeConsumer(Msg("1"), Msg("2", delivered: 5), Msg("3"));
        NatsJSRunResult result = await consumer.RunAsync<string>(
            (msg, _) => msg.Data == "3" ? Task.CompletedTask : throw new FormatException("secret"), new NatsJSRunOpts { TerminateAfter = 5 }, cancellationToken: Cancel);

        Assert.Equal(["1 nak after 1 s", "2 term: handler failed after 5 deliveries: FormatException", "3 ack"], _acks);
        Assert.Equal(new NatsJSRunResult(1, 1, 1, 0), result);
    }

    [Fact]
    public async Task Message_that_cannot_be_read_reaches_no_handler_unless_that_acknowledges_itself()
    {
        FakeMsg Unread() => new("1", _acks.Enqueue) { Error = new NatsException("not a number") };
        int called = 0;
        NatsJSRunResult result = await new FakeConsumer(Unread()).RunAsync<string>((_, _) => Count(ref called), cancellationToken: Cancel);
        Assert.Equal((0, new NatsJSRunResult(0, 1, 0, 0)), (called, result));
        Assert.Equal(["1 nak after 1 s"], _acks);

        result = await new FakeConsumer(Unread()).RunAsync<string>((_, _) => Count(ref called), new NatsJSRunOpts { AckMode = NatsJSAckMode.Manual }, cancellationToken: Cancel);
        Assert.Equal((1, new NatsJSRunResult(1, 0, 0, 0)), (called, result));
        Assert.Single(_acks);
    }

    [Fact]
    public async Task End_of_the_consumer_is_thrown_after_the_handlers_of_its_messages()
    {
        var entered = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        var consumer = new FakeConsumer(Msg("1")) { Failure = new InvalidOperationException("gone") };
        Task<NatsJSRunResult> running = consumer.RunAsync<string>(
            async (_, _) =>
            {
                entered.SetResult();
                await release.Task;
            },
            new NatsJSRunOpts { MaxConcurrency = 2 },
            cancellationToken: Cancel);
        await entered.Task.WaitAsync(Cancel);
        Assert.False(running.IsCompleted);
        release.SetResult();

        Assert.Equal("gone", (await Assert.ThrowsAsync<InvalidOperationException>(() => running)).Message);
        Assert.Equal(["1 ack"], _acks);
    }

    [Fact]
    public async Task Exception_outside_of_the_handlers_ends_the_run_and_not_one_worker()
    {
        var consumer = new FakeConsumer(Msg("1"), new FakeMsg("2", _acks.Enqueue) { Defect = new FormatException("no metadata") }) { IsEndless = true };
        Task<NatsJSRunResult> running = consumer.RunAsync<string>((_, _) => Task.CompletedTask, new NatsJSRunOpts { MaxConcurrency = 3 }, cancellationToken: Cancel);

        Assert.Equal("no metadata", (await Assert.ThrowsAsync<FormatException>(() => running.WaitAsync(TimeSpan.FromSeconds(20), Cancel))).Message);
        Assert.Equal(["1 ack"], _acks);
        Assert.True(consumer.IsStopped);
    }

    [Fact]
    public async Task Consumer_whose_acks_include_earlier_messages_must_be_acknowledged_by_the_handler()
    {
        var consumer = new FakeConsumer(Msg("1")) { Info = new ConsumerInfo { Name = "C", Config = new ConsumerConfig("C") { AckPolicy = ConsumerConfigAckPolicy.All } } };
        await Assert.ThrowsAsync<ArgumentException>(() => consumer.RunAsync<string>((_, _) => Task.CompletedTask, cancellationToken: Cancel));
        await consumer.RunAsync<string>((_, _) => Task.CompletedTask, new NatsJSRunOpts { AckMode = NatsJSAckMode.Manual }, cancellationToken: Cancel);
    }

    private static Task Count(ref int called)
    {
        called++;
        return Task.CompletedTask;
    }

    private FakeMsg Msg(string data, ulong delivered = 1) => new(data, _acks.Enqueue, delivered);
}
