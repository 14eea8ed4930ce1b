using System.Collections.Concurrent;
using Earshot.JetStream.Consuming;
using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>How a run ends on a real server: nothing that was handled is lost, and nothing that was not stays with the client.</summary>
[BothServers]
public sealed class RunStopTests(JetStreamServers servers)
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Stop_waits_for_the_running_handler_and_returns_the_rest()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(10);
        long before = rig.Rig.Connection.Stats.ReceivedMessages;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        Task<NatsJSRunResult> running = rig.Consumer.RunAsync<string>(
            (_, _) =>
            {
                _entered.TrySetResult();
                return _release.Task;
            },
            new NatsJSRunOpts { Consume = new NatsJSConsumeOpts { MaxMsgs = 10 } },
            cancellationToken: stop.Token);
        await _entered.Task.WaitAsync(rig.Cancel);
        await rig.Rig.ReceivedAsync(before + 10);
        await stop.CancelAsync();
        Assert.False(running.IsCompleted);
        _release.SetResult();

        Assert.Equal(new NatsJSRunResult(1, 0, 0, 0), await running);
        ConsumerInfo info = await rig.WhenAsync(info => info.AckFloor.StreamSeq == 1);
        Assert.Equal(9, info.NumAckPending);
        Assert.Equal(Enumerable.Range(1, 9), await rig.ReadAsync(9)); // immediately, not after AckWait
    }

    [Fact]
    public async Task Handler_that_exceeds_the_drain_timeout_is_cancelled_and_its_message_returned()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        Task<NatsJSRunResult> running = rig.Consumer.RunAsync<string>(
            async (_, cancel) =>
            {
                _entered.TrySetResult();
                await _release.Task.WaitAsync(cancel);
            },
            new NatsJSRunOpts { DrainTimeout = TimeSpan.FromMilliseconds(50) },
            cancellationToken: stop.Token);
        await _entered.Task.WaitAsync(rig.Cancel);
        await stop.CancelAsync();

        Assert.Equal(new NatsJSRunResult(0, 0, 0, 1), await running);
        INatsJSMsg<string>? again = await rig.Consumer.NextAsync<string>(cancellationToken: rig.Cancel);
        Assert.Equal(2UL, again!.Metadata!.Value.NumDelivered);
        Assert.Empty(rig.Rig.Connection.Events.ToList().OfType<NatsExceptionOccurredEvent>()); // a stop is no failure
    }

    [Fact]
    public async Task Handler_that_ends_in_spite_of_its_cancelled_token_is_acknowledged()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        NatsJSRunResult result = await rig.Consumer.RunAsync<string>(
            async (_, cancel) =>
            {
                await stop.CancelAsync();
                await Task.WhenAny(_release.Task.WaitAsync(cancel));
            },
            new NatsJSRunOpts { DrainTimeout = TimeSpan.Zero },
            cancellationToken: stop.Token);

        Assert.Equal(new NatsJSRunResult(1, 0, 0, 0), result);
        await rig.WhenAsync(info => info.AckFloor.StreamSeq == 1);
    }

    [Fact]
    public async Task Stop_that_delivers_handles_everything_that_was_requested()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(10);
        long before = rig.Rig.Connection.Stats.ReceivedMessages;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        Task<NatsJSRunResult> running = rig.Consumer.RunAsync<string>(
            (_, _) =>
            {
                _entered.TrySetResult();
                return _release.Task;
            },
            new NatsJSRunOpts { Consume = new NatsJSConsumeOpts { MaxMsgs = 10, StopPolicy = NatsJSStopPolicy.Deliver } },
            cancellationToken: stop.Token);
        await _entered.Task.WaitAsync(rig.Cancel);
        await rig.Rig.ReceivedAsync(before + 10);
        await stop.CancelAsync();
        _release.SetResult();

        Assert.Equal(new NatsJSRunResult(10, 0, 0, 0), await running);
        await rig.WhenAsync(info => info.AckFloor.StreamSeq == 10);
    }

    [Fact]
    public async Task Run_that_is_cancelled_before_its_first_message_ends_without_an_exception()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        for (int i = 0; i < 20; i++)
        {
            using var stop = new CancellationTokenSource();
            Task<NatsJSRunResult> running = rig.Consumer.RunAsync<string>((_, _) => Task.CompletedTask, cancellationToken: stop.Token);
            await stop.CancelAsync();

            Assert.Equal(new NatsJSRunResult(0, 0, 0, 0), await running);
        }
    }

    [Fact]
    public async Task Read_that_was_stopped_before_it_was_enumerated_has_no_messages()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(1);
        await using INatsJSConsume<string> read = await rig.Consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await read.StopAsync(rig.Cancel);

        Assert.Empty(await read.Msgs.ToListAsync(rig.Cancel));
    }

    // The read is over for the server when the last message has arrived, and for the application when it has acknowledged it.
    [Fact]
    public async Task Drain_waits_for_the_messages_of_a_fetch_that_the_application_has_not_processed()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(3);
        long before = rig.Rig.Connection.Stats.ReceivedMessages;
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = rig.Consumer.FetchAsync<string>(new NatsJSFetchOpts { MaxMsgs = 3 }, cancellationToken: rig.Cancel).GetAsyncEnumerator(rig.Cancel);
        Assert.True(await messages.MoveNextAsync());
        await rig.Rig.ReceivedAsync(before + 3);
        Task drained = ConsumerHub.For(rig.Rig.Connection).DrainAsync(TimeSpan.MaxValue);
        Assert.False(drained.IsCompleted);
        Assert.True(await messages.MoveNextAsync());
        Assert.True(await messages.MoveNextAsync());
        Assert.False(drained.IsCompleted);
        Assert.False(await messages.MoveNextAsync());

        await drained;
    }

    [Fact]
    public async Task Drain_waits_for_the_handler_of_a_run_that_was_cancelled()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        Task<NatsJSRunResult> running = rig.Consumer.RunAsync<string>(
            (_, _) =>
            {
                _entered.TrySetResult();
                return _release.Task;
            },
            new NatsJSRunOpts { Consume = new NatsJSConsumeOpts { MaxMsgs = 1 } },
            cancellationToken: stop.Token);
        await _entered.Task.WaitAsync(rig.Cancel);
        await stop.CancelAsync();
        await rig.Rig.Connection.PingAsync(rig.Cancel); // behind the end of the read
        await rig.Rig.Connection.PingAsync(rig.Cancel);
        Task draining = rig.Rig.Connection.DrainAsync(rig.Cancel).AsTask();
        await rig.Rig.Connection.Events.WhenAsync<NatsDrainStartedEvent>(after: 0, rig.Cancel);
        _release.SetResult();
        await draining;

        Assert.Equal(new NatsJSRunResult(1, 0, 0, 0), await running);
        await using JetStreamRig check = await JetStreamRig.ConnectAsync(rig.Rig.Server);
        ConsumerInfo info = await check.WhenAsync(rig.Rig.Name, "worker", info => info.AckFloor.StreamSeq == 1);
        Assert.Equal(0, info.NumAckPending);
    }

    [Fact]
    public async Task Cancelled_token_starts_nothing()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.Consumer.RunAsync<string>((_, _) => Task.CompletedTask, cancellationToken: new CancellationToken(canceled: true)));
        Assert.Equal(0, (await rig.InfoAsync()).NumWaiting);
    }

    [Fact]
    public async Task Drain_of_the_connection_waits_for_concurrent_handlers_and_their_acks()
    {
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using ConsumeRig rig = await ConsumeRig.StartAsync(server, stream: config => config with { Storage = StreamConfigStorage.File });
        await rig.StoreAsync(100);
        long before = rig.Rig.Connection.Stats.ReceivedMessages;
        var handled = new ConcurrentQueue<string>();
        using var entered = new CountdownEvent(4);
        Task<NatsJSRunResult> running = rig.Consumer.RunAsync<string>(
            async (msg, _) =>
            {
                if (handled.Count < 4)
                {
                    handled.Enqueue(msg.Data!);
                    entered.Signal();
                    await _release.Task;
                    return;
                }

                handled.Enqueue(msg.Data!);
            },
            new NatsJSRunOpts { MaxConcurrency = 4, Consume = new NatsJSConsumeOpts { MaxMsgs = 20 } },
            cancellationToken: rig.Cancel);
        await rig.Rig.ReceivedAsync(before + 20);
        entered.Wait(rig.Cancel);
        Task draining = rig.Rig.Connection.DrainAsync(rig.Cancel).AsTask();
        await rig.Rig.Connection.Events.WhenAsync<NatsDrainStartedEvent>(after: 0, rig.Cancel);
        Assert.False(draining.IsCompleted);
        _release.SetResult();
        await draining;
        NatsJSRunResult result = await running;
        await using JetStreamRig check = await JetStreamRig.ConnectAsync(server);
        ConsumerInfo info = await check.WhenAsync(rig.Rig.Name, "worker", info => info.AckFloor.ConsumerSeq >= (ulong)result.Succeeded);

        Assert.Equal((result.Succeeded, 0), (handled.Count, info.NumAckPending));
        Assert.Equal((ulong)result.Succeeded, info.AckFloor.ConsumerSeq);
        Assert.InRange(result.Succeeded, 20, 100);
    }

    [Fact]
    public async Task Closed_connection_ends_the_run_with_its_exception()
    {
        ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(1);
        Task<NatsJSRunResult> running = rig.Consumer.RunAsync<string>(
            (_, _) =>
            {
                _entered.TrySetResult();
                return _release.Task;
            },
            cancellationToken: rig.Cancel);
        await _entered.Task.WaitAsync(rig.Cancel);
        await rig.Rig.Connection.DisposeAsync();
        _release.SetResult();
        await Assert.ThrowsAnyAsync<NatsException>(() => running);
        await rig.DisposeAsync();
    }

    [Fact]
    public async Task Run_continues_after_a_reconnect()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest, opts: new NatsOpts { ReconnectWaitMin = TimeSpan.FromMilliseconds(20), ReconnectWaitMax = TimeSpan.FromMilliseconds(100) });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        Task<NatsJSRunResult> running = rig.Consumer.RunAsync<string>((_, _) => Task.CompletedTask, new NatsJSRunOpts { MaxConcurrency = 3 }, cancellationToken: stop.Token);
        await rig.StoreAsync(10);
        await rig.WhenAsync(info => info.AckFloor.StreamSeq == 10);
        await rig.Rig.Connection.ReconnectAsync(new NatsForceReconnectOptions(), rig.Cancel);
        await rig.StoreAsync(10);
        await rig.WhenAsync(info => info.AckFloor.StreamSeq == 20);
        await stop.CancelAsync();
        Assert.Equal(20, (await running).Succeeded);
    }
}
