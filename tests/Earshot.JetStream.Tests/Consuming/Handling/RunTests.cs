using System.Collections.Concurrent;
using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>Handlers of the messages of a consumer on a real server.</summary>
[BothServers]
public sealed class RunTests(JetStreamServers servers)
{
    private readonly ConcurrentQueue<string> _handled = new();

    [Fact]
    public async Task Messages_are_handled_in_order_and_acknowledged()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(50);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        Task<NatsJSRunResult> running = rig.Consumer.RunAsync<string>((msg, _) => Add(msg.Data!), cancellationToken: stop.Token);
        ConsumerInfo info = await rig.WhenAsync(info => info.AckFloor.StreamSeq == 50);
        await stop.CancelAsync();

        Assert.Equal(new NatsJSRunResult(50, 0, 0, 0), await running);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), _handled);
        Assert.Equal((0, 0), (info.NumAckPending, info.NumRedelivered));
    }

    [Fact]
    public async Task As_many_handlers_run_at_once_as_the_options_say_and_nothing_is_requested_for_later()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(20);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        using var entered = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        Task<NatsJSRunResult> running = rig.Consumer.RunAsync<string>(
            async (_, cancel) =>
            {
                entered.Release();
                await release.WaitAsync(cancel);
            },
            new NatsJSRunOpts { MaxConcurrency = 4 },
            cancellationToken: stop.Token);
        for (int i = 0; i < 4; i++)
        {
            await entered.WaitAsync(rig.Cancel);
        }

        ConsumerInfo info = await rig.WhenAsync(info => info.NumPending == 16);
        Assert.Equal((4, 16UL, 0), (info.NumAckPending, info.NumPending, entered.CurrentCount));
        release.Release(20);
        await rig.WhenAsync(info => info.AckFloor.StreamSeq == 20);
        await stop.CancelAsync();
        Assert.Equal(new NatsJSRunResult(20, 0, 0, 0), await running);
    }

    [Fact]
    public async Task Message_of_a_slow_handler_is_not_delivered_again()
    {
        var time = new FakeTimeProvider(); // of the client
        await using ConsumeRig rig = await ConsumeRig.StartAsync(
            await servers.Newest, config => config.AckWait = TimeSpan.FromMinutes(1), opts: new NatsOpts { TimeProvider = time, PingInterval = Timeout.InfiniteTimeSpan });
        await using JetStreamRig other = await JetStreamRig.ConnectAsync(rig.Rig.Server);
        await using INatsSub<string> acks = await AcksAsync(other, rig);
        await rig.StoreAsync(1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<NatsJSRunResult> running = rig.Consumer.RunAsync<string>(
            (_, _) =>
            {
                entered.TrySetResult();
                return release.Task;
            },
            new NatsJSRunOpts { Consume = new NatsJSConsumeOpts { MaxMsgs = 1, Expires = TimeSpan.FromHours(1), IdleHeartbeat = TimeSpan.Zero } },
            cancellationToken: stop.Token);
        await entered.Task.WaitAsync(rig.Cancel);
        for (int i = 0; i < 3; i++)
        {
            time.Advance(TimeSpan.FromSeconds(30.1)); // half of AckWait
            Assert.Equal("+WPI", (await acks.Msgs.ReadAsync(rig.Cancel)).Data);
            await rig.Rig.Connection.PingAsync(rig.Cancel); // the link is asked when a clock jumps
        }

        release.SetResult();
        ConsumerInfo info = await rig.WhenAsync(info => info.AckFloor.StreamSeq == 1);
        await stop.CancelAsync();
        while (!running.IsCompleted)
        {
            rig.Cancel.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromMilliseconds(20)); // the stop waits for messages that may still come
            await Task.Yield();
        }

        Assert.Equal(new NatsJSRunResult(1, 0, 0, 0), await running);
        Assert.Equal((1UL, 0), (info.Delivered.ConsumerSeq, info.NumRedelivered));
        Assert.Empty(rig.Rig.Connection.Events.ToList().OfType<NatsConsumerNotificationEvent>()); // the ack was not late either
    }

    [Fact]
    public async Task Without_progress_the_message_of_a_slow_handler_is_delivered_again()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest, config => (config.AckWait, config.MaxDeliver) = (TimeSpan.FromMilliseconds(200), 2));
        await rig.StoreAsync(1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        var release = new TaskCompletionSource();
        using var called = new SemaphoreSlim(0);
        Task<NatsJSRunResult> running = rig.Consumer.RunAsync<string>(
            (_, _) =>
            {
                called.Release();
                return release.Task;
            },
            new NatsJSRunOpts { MaxConcurrency = 2, ProgressLimit = TimeSpan.Zero }, cancellationToken: stop.Token);
        await called.WaitAsync(rig.Cancel);
        await called.WaitAsync(rig.Cancel); // for the same message
        release.SetResult();
        await stop.CancelAsync();
        Assert.Equal(2, (await running).Succeeded);
    }

    [Fact]
    public async Task Failed_message_comes_again_after_the_step_of_its_delivery_and_the_journal_has_the_exception()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(
            await servers.Newest,
            config => (config.Backoff, config.MaxDeliver) = ([TimeSpan.FromMilliseconds(150), TimeSpan.FromMilliseconds(400)], 3));
        await using JetStreamRig other = await JetStreamRig.ConnectAsync(rig.Rig.Server);
        await using INatsSub<string> acks = await AcksAsync(other, rig);
        await rig.StoreAsync(1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        Task<NatsJSRunResult> running = rig.Consumer.RunAsync<string>(
            (msg, _) => msg.Metadata!.Value.NumDelivered < 3 ? throw new FormatException($"delivery {msg.Metadata.Value.NumDelivered}") : Task.CompletedTask,
            cancellationToken: stop.Token);
        List<string> sent = [];
        while (sent.Count < 3)
        {
            NatsMsg<string> ack = await acks.Msgs.ReadAsync(rig.Cancel);
            sent.AddRange(ack.Data == "+WPI" ? [] : [ack.Data!]); // progress of a handler that was not scheduled for half of the step
        }

        await stop.CancelAsync();

        Assert.Equal(new NatsJSRunResult(1, 2, 0, 0), await running);
        Assert.Equal(["-NAK {\"delay\":150000000}", "-NAK {\"delay\":400000000}", "+ACK"], sent);
        NatsExceptionOccurredEvent[] told = [.. rig.Rig.Connection.Events.ToList().OfType<NatsExceptionOccurredEvent>()];
        Assert.Equal(["delivery 1", "delivery 2"], told.Select(e => e.Exception.Message));
        Assert.All(told, e => Assert.Equal(NatsExceptionOrigin.MessageHandler, e.Origin));
    }

    [Fact]
    public async Task Message_that_fails_too_often_is_terminated_with_a_reason()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        await using INatsSub<string> advisories = await rig.Rig.Connection.SubscribeCoreAsync<string>(
            $"$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.{rig.Rig.Name}.worker", cancellationToken: rig.Cancel);
        Task<NatsJSRunResult> running = rig.Consumer.RunAsync<string>(
            (_, _) => throw new FormatException("private"), new NatsJSRunOpts { RetryDelays = [TimeSpan.Zero], TerminateAfter = 3 }, cancellationToken: stop.Token);
        NatsMsg<string> advisory = await advisories.Msgs.ReadAsync(rig.Cancel);
        await rig.WhenAsync(info => info.NumAckPending == 0);
        await stop.CancelAsync();

        Assert.Equal(new NatsJSRunResult(0, 2, 1, 0), await running);
        Assert.Contains("\"reason\":\"handler failed after 3 deliveries: FormatException\"", advisory.Data, StringComparison.Ordinal);
        Assert.DoesNotContain("private", advisory.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handler_may_acknowledge_itself()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(2);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        Task<NatsJSRunResult> running = rig.Consumer.RunAsync<string>(
            async (msg, _) =>
            {
                _handled.Enqueue(msg.Data!);
                if (msg.Data == "0")
                {
                    await msg.AckAsync(cancellationToken: CancellationToken.None);
                }
            },
            new NatsJSRunOpts { AckMode = NatsJSAckMode.Manual },
            cancellationToken: stop.Token);
        await rig.WhenAsync(info => info.AckFloor.StreamSeq == 1 && _handled.Count == 2);
        await stop.CancelAsync();

        Assert.Equal(2, (await running).Succeeded);
        Assert.Equal(1, (await rig.InfoAsync()).NumAckPending);
    }

    [Fact]
    public async Task Deleted_consumer_ends_the_run_with_its_exception()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(3);
        Task<NatsJSRunResult> running = rig.Consumer.RunAsync<string>((msg, _) => Add(msg.Data!), cancellationToken: rig.Cancel);
        await rig.WhenAsync(info => info.AckFloor.StreamSeq == 3 && info.NumWaiting == 1);
        await rig.Rig.Context.DeleteConsumerAsync(rig.Rig.Name, "worker", rig.Cancel);

        Assert.Equal(LostReason.ConsumerDeleted, (await Assert.ThrowsAsync<NatsJSConsumerLostException>(() => running)).Reason);
        Assert.Equal(3, _handled.Count);
    }

    [Fact]
    public async Task Ordered_consumer_runs_handlers_without_acks()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        for (int i = 0; i < 5; i++)
        {
            await rig.Context.PublishAsync($"{rig.Name}.a", $"{i}", cancellationToken: rig.Cancel);
        }

        INatsJSConsumer ordered = await rig.Context.CreateOrderedConsumerAsync(rig.Name, cancellationToken: rig.Cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        NatsJSRunResult result = await ordered.RunAsync<string>((msg, _) => msg.Data == "4" ? Task.WhenAll(Add(msg.Data), stop.CancelAsync()) : Add(msg.Data!), cancellationToken: stop.Token);

        Assert.Equal(new NatsJSRunResult(5, 0, 0, 0), result);
        Assert.Equal(["0", "1", "2", "3", "4"], _handled);
    }

    // What the client sends for the messages of the consumer, as another connection receives it.
    private static async Task<INatsSub<string>> AcksAsync(JetStreamRig other, ConsumeRig rig)
    {
        INatsSub<string> acks = await other.Connection.SubscribeCoreAsync<string>($"$JS.ACK.{rig.Rig.Name}.worker.>", cancellationToken: rig.Cancel);
        await other.Connection.PingAsync(rig.Cancel);
        return acks;
    }

    private Task Add(string data)
    {
        _handled.Enqueue(data);
        return Task.CompletedTask;
    }
}
