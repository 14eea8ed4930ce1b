using Earshot.JetStream.Consuming;
using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming.Push;

/// <summary>Push consumers during restarts and freezes of a real server, and at the end of the connection.</summary>
[BothServers]
public sealed class PushOutageTests
{
    private static readonly NatsOpts s_quick = new()
    {
        ReconnectWaitMin = TimeSpan.FromMilliseconds(20),
        ReconnectWaitMax = TimeSpan.FromMilliseconds(100),
    };

    private static readonly TimeSpan s_heartbeat = TimeSpan.FromMilliseconds(200);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_continues_after_a_restart_of_its_server(bool isDurable)
    {
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using PushRig rig = await StartAsync(server);
        await rig.StoreAsync(10);
        INatsJSPushConsumer consumer = await rig.CreateAsync(new NatsJSPushConsumerOpts { DurableName = isDurable ? "D" : null, IdleHeartbeat = s_heartbeat, FlowControl = true });
        await using INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(rig.Cancel);
        Assert.Equal(Enumerable.Range(0, 10), await rig.TakeAsync(messages, 10));
        await rig.WhenAsync(consumer.Info.Name, static info => info.AckFloor.StreamSeq == 10);
        await server.StopAsync(rig.Cancel);
        await server.StartServerAsync(rig.Cancel);
        await rig.Connection.Events.WhenAsync<NatsReconnectedEvent>(after: 0, rig.Cancel); // a stop that takes its time ends a ping
        await rig.StoreAsync(5, 10);

        Assert.Equal(Enumerable.Range(10, 5), await rig.TakeAsync(messages, 5));
        Assert.Equal(isDurable ? 1 : 2, consume.Counts.Inboxes);
        if (!isDurable)
        {
            NatsConsumerRecreatedEvent told = await rig.Connection.Events.WhenAsync<NatsConsumerRecreatedEvent>(after: 0, rig.Cancel);
            Assert.Equal((RecreateCause.Reconnected, 11UL), (told.Cause, told.FromStreamSeq));
        }
    }

    [Fact]
    public async Task Push_stall_is_answered_after_a_reconnect()
    {
        const int Stored = 4000; // of 1 KiB: more than the first window of the server
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using PushRig rig = await StartAsync(server);
        await rig.StoreAsync(Stored, size: 1024);
        INatsJSPushConsumer consumer = await rig.CreateAsync(new NatsJSPushConsumerOpts
        {
            DurableName = "D",
            IdleHeartbeat = s_heartbeat,
            FlowControl = true,
            AckPolicy = ConsumerConfigAckPolicy.None,
        });
        await using INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await StallAsync(rig, consumer.Info.Config.DeliverSubject!);
        await rig.WhenAsync("D", info => info.Delivered.ConsumerSeq > 900 && info.Delivered.ConsumerSeq == (ulong)consume.Counts.Received && info.NumPending > 0);
        long buffered = consume.Counts.Buffered;
        var answers = new List<FlowControlSource>();
        using IDisposable listening = rig.Connection.Events.On<NatsFlowControlProcessedEvent>(e => answers.Add(e.Source), dispatch: NatsDispatch.Inline);
        await rig.Connection.ReconnectAsync(rig.Cancel); // the server remembers the stall
        await rig.Connection.PingAsync(rig.Cancel);
        Assert.Empty(answers);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(rig.Cancel);
        List<ulong> read = await PushRig.SequencesAsync(messages, Stored);

        Assert.InRange(buffered, 900, 2500);
        Assert.Equal(FlowControlSource.Heartbeat, answers[0]);
        Assert.Equal(Enumerable.Range(1, Stored).Select(static sequence => (ulong)sequence), read);
    }

    [Fact]
    public async Task Storm_of_reconnects_leaves_one_consumer_that_has_delivered_everything()
    {
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using PushRig rig = await StartAsync(server);
        INatsJSPushConsumer consumer = await rig.CreateAsync(new NatsJSPushConsumerOpts { IdleHeartbeat = s_heartbeat });
        await using INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(rig.Cancel);
        HashSet<int> read = [];
        for (int i = 0; i < 10; i++)
        {
            await rig.StoreAsync(5, 5 * i);
            read.UnionWith(await rig.TakeAsync(messages, 3));
            await rig.Connection.ReconnectAsync(rig.Cancel);
        }

        while (read.Count < 50)
        {
            read.UnionWith(await rig.TakeAsync(messages, 1)); // some more than once
        }

        Assert.Equal(Enumerable.Range(0, 50), read.Order());
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        while (await rig.Rig.Context.ListConsumerNamesAsync(rig.Rig.Name, rig.Cancel).CountAsync(rig.Cancel) > 1) // the last ones are deleted in the background
        {
            await again.WaitForNextTickAsync(rig.Cancel);
        }

        // The last recreation may still be in progress, and the consumer of the one before it not deleted.
        while (await Record.ExceptionAsync(() => consumer.RefreshAsync(rig.Cancel).AsTask()) is NatsJSConsumerNotFoundException || !consumer.Info.PushBound)
        {
            await again.WaitForNextTickAsync(rig.Cancel);
        }

        Assert.Equal(0UL, consumer.Info.NumPending);
    }

    [Fact]
    public async Task Read_of_a_consumer_that_was_recreated_in_the_read_before_uses_its_deliver_subject()
    {
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using PushRig rig = await StartAsync(server);
        INatsJSPushConsumer consumer = await rig.CreateAsync();
        await using (INatsJSConsume<string> first = await consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel))
        {
            await rig.Connection.ReconnectAsync(rig.Cancel);
            await rig.Connection.Events.WhenAsync<NatsConsumerRecreatedEvent>(after: 0, rig.Cancel);
        }

        await rig.StoreAsync(1);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consumer.ConsumeAsync<string>(cancellationToken: rig.Cancel).GetAsyncEnumerator(rig.Cancel);
        Assert.Equal([0], await rig.TakeAsync(messages, 1));
        Assert.Single(rig.Connection.Events.ToList().OfType<NatsConsumerRecreatedEvent>());
    }

    [Fact]
    public async Task Frozen_server_is_detected_by_missing_heartbeats_and_the_read_continues()
    {
        await using var time = new HeldTime(); // no heartbeat is late before the server is frozen
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using PushRig rig = await StartAsync(server, time);
        INatsJSPushConsumer consumer = await rig.CreateAsync(new NatsJSPushConsumerOpts { DurableName = "D", IdleHeartbeat = s_heartbeat });
        await using INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        using IDisposable end = time.PassesAtTheEnd();
        await rig.UntilAsync(() => consume.State == NatsJSConsumeState.Flowing);
        long received = rig.Connection.Stats.ReceivedMessages;
        long signs; // heartbeats in flight
        server.Freeze();
        try
        {
            await time.PassUntilAsync(() => rig.Connection.Events.ToList().Any(static e => e is NatsConsumerStalledEvent), rig.Cancel);
            signs = rig.Connection.Stats.ReceivedMessages - received;
        }
        finally
        {
            server.Thaw();
        }

        await rig.StoreAsync(1);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(rig.Cancel);
        Assert.Equal([0], await rig.TakeAsync(messages, 1));
        Assert.Equal(NatsJSConsumeState.Flowing, consume.State);
        await rig.Connection.Events.WhenAsync<NatsConsumerResumedEvent>(after: 0, rig.Cancel);
        (int alarms, bool isStalled) = (0, false);
        foreach (NatsConnectionEvent e in rig.Connection.Events.ToList())
        {
            isStalled = e is NatsConsumerStalledEvent || (isStalled && e is not NatsConsumerResumedEvent);
            if (e is NatsHeartbeatAlarmEvent)
            {
                Assert.False(isStalled);
                alarms++;
            }
        }

        Assert.InRange(alarms, 1, 1 + signs); // one per silence
    }

    [Fact]
    public async Task Failed_connection_ends_the_loop_after_its_buffer()
    {
        await using ITestServer server = await JetStreamServers.StartAsync();
        PushRig rig = await StartAsync(server);
        await rig.StoreAsync(2);
        INatsJSPushConsumer consumer = await rig.CreateAsync();
        await using INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await rig.UntilAsync(() => consume.Counts.Received == 2);
        await rig.Connection.DisposeAsync();
        int read = 0;
        await Assert.ThrowsAnyAsync<NatsException>(async () =>
        {
            await foreach (INatsJSMsg<string> msg in consume.Msgs.WithCancellation(rig.Cancel))
            {
                read++;
            }
        });

        Assert.Equal(2, read);
        await rig.DisposeAsync();
    }

    [Fact]
    public async Task Drain_of_the_connection_waits_for_the_loop_and_its_acks()
    {
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using PushRig rig = await StartAsync(server);
        await rig.StoreAsync(50);
        INatsJSPushConsumer consumer = await rig.CreateAsync(new NatsJSPushConsumerOpts { DurableName = "D" });
        await using INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await rig.UntilAsync(() => consume.Counts.Received == 50);
        int read = 0;
        Task draining = Task.CompletedTask;
        await foreach (INatsJSMsg<string> msg in consume.Msgs.WithCancellation(rig.Cancel))
        {
            if (read++ == 0)
            {
                draining = rig.Connection.DrainAsync(rig.Cancel).AsTask();
                await rig.UntilAsync(() => consume.State == NatsJSConsumeState.Ended);
                Assert.False(draining.IsCompleted);
            }

            await msg.AckAsync(cancellationToken: rig.Cancel);
        }

        await draining;
        await using JetStreamRig check = await JetStreamRig.ConnectAsync(server);
        ConsumerInfo info = await check.WhenAsync(rig.Rig.Name, "D", static info => info.AckFloor.ConsumerSeq == 50);

        Assert.Equal((50, 0), (read, info.NumAckPending));
    }

    [Fact]
    public async Task Drain_of_the_connection_waits_for_handlers_of_messages_that_were_taken()
    {
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using PushRig rig = await StartAsync(server);
        await rig.StoreAsync(1);
        INatsJSPushConsumer consumer = await rig.CreateAsync(new NatsJSPushConsumerOpts { DurableName = "D" });
        await using INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        IHandledRead handled = Assert.IsAssignableFrom<IHandledRead>(consume);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(rig.Cancel);
        Assert.True(await messages.MoveNextAsync());
        INatsJSMsg<string> msg = messages.Current;
        handled.Detach();
        Task<bool> next = messages.MoveNextAsync().AsTask(); // by another worker of a run
        Task draining = rig.Connection.DrainAsync(rig.Cancel).AsTask();
        Assert.False(await next);
        Assert.False(draining.IsCompleted);
        await msg.AckAsync(cancellationToken: rig.Cancel);
        handled.Handled(msg.Size);
        await draining;
        await using JetStreamRig check = await JetStreamRig.ConnectAsync(server);
        ConsumerInfo info = await check.WhenAsync(rig.Rig.Name, "D", static info => info.AckFloor.ConsumerSeq == 1);

        Assert.Equal(0, info.NumAckPending);
    }

    [Fact]
    public async Task Cancelled_loop_ends_without_the_exception_of_a_connection_that_was_closed_before()
    {
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using PushRig rig = await StartAsync(server);
        await rig.StoreAsync(2);
        INatsJSPushConsumer consumer = await rig.CreateAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        int read = 0;
        await foreach (INatsJSMsg<string> msg in consumer.ConsumeAsync<string>(cancellationToken: stop.Token))
        {
            read++;
            await rig.Connection.DisposeAsync();
            await stop.CancelAsync();
        }

        Assert.Equal(1, read);
    }

    // Waits until the server delivers no more because of an open flow control request, which its heartbeats then repeat.
    private static async Task StallAsync(PushRig rig, string deliverSubject)
    {
        await rig.Connection.PingAsync(rig.Cancel); // the read has its subscription, which starts the delivery
        await using JetStreamRig other = await JetStreamRig.ConnectAsync(rig.Rig.Server);
        await using INatsSub<string> seen = await other.Connection.SubscribeCoreAsync<string>(deliverSubject, cancellationToken: rig.Cancel);
        while ((await seen.Msgs.ReadAsync(rig.Cancel)).Headers?.ContainsKey("Nats-Consumer-Stalled") != true)
        {
        }
    }

    private static Task<PushRig> StartAsync(ITestServer server, TimeProvider? time = null) => PushRig.StartAsync(
        server,
        config => config with { Storage = StreamConfigStorage.File },
        s_quick with { TimeProvider = time ?? TimeProvider.System, PingInterval = TimeSpan.FromHours(1) });
}
