using Earshot.JetStream.Tests.Kit;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>States of real servers in which a read must not fall silent.</summary>
[BothServers]
public sealed class TrapTests(JetStreamServers servers)
{
    private static readonly NatsJSConsumeOpts s_shortHeartbeat = new() { Expires = TimeSpan.FromSeconds(4), IdleHeartbeat = TimeSpan.FromMilliseconds(500) };

    [Fact]
    public async Task Too_many_pulls_are_reported_though_the_server_is_silent()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest, config => config.MaxWaiting = 1);
        await using INatsJSConsume<string> first = await rig.Consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel); // its pull waits for 30 s
        await rig.WhenAsync(info => info.NumWaiting == 1);
        await using JetStreamRig other = await JetStreamRig.ConnectAsync(rig.Rig.Server);
        INatsJSConsumer consumer = await other.Context.GetConsumerAsync(rig.Rig.Name, "worker", rig.Cancel);
        Task<NatsConsumerStalledEvent> told = other.Connection.Events.WhenAsync<NatsConsumerStalledEvent>(after: 0, rig.Cancel);
        await using INatsJSConsume<string> second = await consumer.StartConsumeAsync<string>(opts: s_shortHeartbeat, cancellationToken: rig.Cancel);
        NatsConsumerStalledEvent stalled = await told;
        await first.StopAsync(rig.Cancel);
        await rig.StoreAsync(1);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = second.Msgs.GetAsyncEnumerator(rig.Cancel);

        Assert.Equal(StallReason.TooManyPulls, stalled.Reason);
        Assert.True(await messages.MoveNextAsync());
        Assert.Equal("0", messages.Current.Data);
    }

    [Fact]
    public async Task Old_pull_on_the_same_inbox_is_not_revived()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest, opts: new NatsOpts { ReconnectWaitMin = TimeSpan.Zero, ReconnectWaitMax = TimeSpan.FromMilliseconds(10) });
        await using INatsJSConsume<string> consume = await rig.Consumer.StartConsumeAsync<string>(opts: new NatsJSConsumeOpts { MaxMsgs = 10 }, cancellationToken: rig.Cancel);
        await rig.WhenAsync(info => info.NumWaiting == 1);
        for (int i = 0; i < 4; i++)
        {
            await rig.Rig.Connection.ReconnectAsync(new NatsForceReconnectOptions(), rig.Cancel); // sooner than the server forgets a pull
        }

        await rig.WhenAsync(info => info.NumWaiting == 1); // the server has forgotten those of the closed connections
        await rig.StoreAsync(30);
        await rig.WhenAsync(info => info is { NumAckPending: 10, NumPending: 20 } && consume.Counts.Received == 10);
        await rig.Rig.Connection.PingAsync(rig.Cancel);

        Assert.Equal((10, 20UL), await rig.InfoAsync() is var info ? (info.NumAckPending, info.NumPending) : default);
        Assert.Equal((10, 5), (consume.Counts.Received, consume.Counts.Inboxes));
    }

    [Fact]
    public async Task Start_beyond_the_end_of_a_pull_or_push_consumer_is_reported_once()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(4);
        NatsJSContext context = rig.Rig.Context;
        ConsumerConfig Config(string name, ulong start) => new(name) { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq = start };
        await context.CreateConsumerAsync(rig.Rig.Name, Config("end", 5), rig.Cancel); // waits for the next message
        Assert.Empty(Regressions(rig));
        await context.CreateConsumerAsync(rig.Rig.Name, Config("pull", 8), rig.Cancel);
        NatsStreamRegressionEvent told = Assert.Single(Regressions(rig));
        Assert.Equal((rig.Rig.Name, 7UL, 4UL, RegressionEvidence.StreamInfo, RegressionAction.None), (told.Stream, told.Expected, told.Found, told.Evidence, told.Action));
        await context.CreateOrUpdateConsumerAsync(rig.Rig.Name, Config("pull", 8), rig.Cancel);
        Assert.Single(Regressions(rig));

        await context.CreatePushConsumerAsync(rig.Rig.Name, new NatsJSPushConsumerOpts { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq = 9 }, rig.Cancel);
        Assert.Equal(8UL, Regressions(rig)[^1].Expected);
        Assert.Equal(2, Regressions(rig).Count);
    }

    [Fact]
    [OnlyReal(Because.ItNeedsMirrorsOrSources)]
    public async Task Start_beyond_the_end_of_a_mirror_is_no_regression()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(2);
        string mirror = $"{rig.Rig.Name}M";
        await rig.Rig.Context.CreateStreamAsync(new StreamConfig { Name = mirror, Storage = StreamConfigStorage.Memory, Mirror = new StreamSource { Name = rig.Rig.Name } }, rig.Cancel);
        await rig.Rig.Context.CreateConsumerAsync(mirror, new ConsumerConfig("C") { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq = 50 }, rig.Cancel);

        Assert.Empty(Regressions(rig)); // it may only be behind
    }

    [Fact]
    public async Task Nothing_of_a_read_is_reported_after_its_loss()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest, config => (config.AckWait, config.MaxDeliver) = (TimeSpan.FromMilliseconds(200), 1));
        await rig.StoreAsync(2);
        await using INatsJSConsume<string> consume = await rig.Consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(rig.Cancel);
        Assert.True(await messages.MoveNextAsync());
        await rig.WhenAsync(info => info.Delivered.ConsumerSeq == 2 && consume.Counts.Received == 2); // pending only until AckWait ends
        Task<NatsConsumerLostEvent> lost = rig.Rig.Connection.Events.WhenAsync<NatsConsumerLostEvent>(after: 0, rig.Cancel);
        await rig.Rig.Context.DeleteConsumerAsync(rig.Rig.Name, "worker", rig.Cancel);
        long handle = (await lost).Consumer.Handle;
        INatsJSConsumer other = await rig.Rig.Context.CreateConsumerAsync(rig.Rig.Name, new ConsumerConfig("other") { DeliverPolicy = ConsumerConfigDeliverPolicy.New }, rig.Cancel);
        Assert.Null(await other.NextAsync<string>(opts: new NatsJSNextOpts { Expires = TimeSpan.FromMilliseconds(300) }, cancellationToken: rig.Cancel)); // longer than AckWait
        Assert.Equal(NatsJSAckOutcome.Late, await messages.Current.TryAckAsync(cancellationToken: rig.Cancel));
        Assert.True(await messages.MoveNextAsync()); // delivered before the loss

        Assert.DoesNotContain(rig.Rig.Connection.Events.ToList().OfType<NatsConsumerNotificationEvent>(), e => e.Consumer.Handle == handle);
    }

    [Fact]
    public async Task Consumer_that_is_paused_while_it_is_pulled_delivers_when_it_continues()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await using INatsJSConsume<string> consume = await rig.Consumer.StartConsumeAsync<string>(opts: s_shortHeartbeat, cancellationToken: rig.Cancel);
        await rig.WhenAsync(info => info.NumWaiting == 1);
        await rig.Rig.Context.PauseConsumerAsync(rig.Rig.Name, "worker", DateTimeOffset.UtcNow.AddMinutes(1), rig.Cancel);
        await rig.StoreAsync(1);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(rig.Cancel);
        Task<bool> next = messages.MoveNextAsync().AsTask();
        await rig.WhenAsync(info => info.IsPaused && info.NumPending == 1);
        Assert.False(next.IsCompleted);
        Assert.True(await rig.Rig.Context.ResumeConsumerAsync(rig.Rig.Name, "worker", rig.Cancel));

        Assert.True(await next);
        Assert.Equal("0", messages.Current.Data);
    }

    [Fact]
    public async Task Notification_handler_that_blocks_holds_up_no_message()
    {
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using ConsumeRig rig = await ConsumeRig.StartAsync(server);
        using var blocked = new ManualResetEventSlim();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        NatsJSConsumeOpts opts = s_shortHeartbeat with
        {
            NotificationHandler = (_, _) =>
            {
                entered.TrySetResult();
                blocked.Wait(rig.Cancel);
                return Task.CompletedTask;
            },
        };
        await using INatsJSConsume<string> consume = await rig.Consumer.StartConsumeAsync<string>(opts: opts, cancellationToken: rig.Cancel);
        await rig.WhenAsync(info => info.NumWaiting == 1);
        server.Freeze();
        try
        {
            await entered.Task.WaitAsync(rig.Cancel); // of the missed heartbeats
        }
        finally
        {
            server.Thaw();
        }

        await rig.StoreAsync(20);
        Assert.Equal(20, await CountAsync(consume, 20, rig.Cancel));
        blocked.Set();
    }

    [Fact]
    public async Task Sequence_of_the_consumer_may_go_back_after_a_reset()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(10);
        await using INatsJSConsume<string> consume = await rig.Consumer.StartConsumeAsync<string>(opts: s_shortHeartbeat, cancellationToken: rig.Cancel);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(rig.Cancel);
        for (int i = 0; i < 10; i++)
        {
            Assert.True(await messages.MoveNextAsync());
            await messages.Current.AckAsync(new AckOpts { DoubleAck = true }, rig.Cancel);
        }

        Task<NatsConsumerNotificationEvent> told = rig.Rig.Connection.Events.WhenAsync<NatsConsumerNotificationEvent>(after: 0, rig.Cancel);
        await rig.Rig.Context.ResetConsumerAsync(rig.Rig.Name, "worker", 5, rig.Cancel);
        Assert.True(await messages.MoveNextAsync());

        Assert.Equal(("4", new NatsJSSequencePair(5, 1)), (messages.Current.Data, messages.Current.Metadata!.Value.Sequence));
        Assert.Equal(NatsJSNotificationKind.Reset, (await told).Notification);
        Assert.Empty(rig.Rig.Connection.Events.ToList().OfType<NatsStreamRegressionEvent>());
    }

    [Fact]
    [OnlyReal(Because.ItNeedsSeveralServers)]
    public async Task Leaf_link_gone_for_a_second_is_noticed()
    {
        using var leafPort = ReservedPort.Take();
        await using ITestServer hub = await JetStreamServers.StartAsync(
            $"jetstream {{ store_dir: \"{{folder}}/js\", domain: hub }}\nleafnodes {{ listen: \"127.0.0.1:{leafPort.Number}\", no_advertise: true }}\n");
        await using var link = new FaultProxy(leafPort.Number);
        await using ITestServer leaf = await JetStreamServers.StartAsync($"leafnodes {{ reconnect: \"200ms\", remotes: [{{ url: \"nats-leaf://127.0.0.1:{link.Port}\" }}] }}\n");
        await link.WaitForAcceptedAsync(1, TestContext.Current.CancellationToken);
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(leaf, opts => new NatsJSOpts(opts, domain: "hub"));
        INatsJSConsumer consumer = await CreateOverLinkAsync(rig);
        await using INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>(opts: s_shortHeartbeat, cancellationToken: rig.Cancel);
        await rig.Context.PublishAsync($"{rig.Name}.a", "0", cancellationToken: rig.Cancel);
        Assert.Equal(1, await CountAsync(consume, 1, rig.Cancel));
        Task<NatsHeartbeatAlarmEvent> alarm = rig.Connection.Events.WhenAsync<NatsHeartbeatAlarmEvent>(after: 0, rig.Cancel);

        link.RefuseNew();
        link.ResetAll();
        NatsHeartbeatAlarmEvent told = await alarm;
        link.AcceptNew();
        await link.WaitForAcceptedAsync(2, rig.Cancel);
        await rig.Context.PublishAsync($"{rig.Name}.a", "1", cancellationToken: rig.Cancel);

        Assert.InRange(told.Silence, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        Assert.Equal(1, await CountAsync(consume, 1, rig.Cancel));
        Assert.Equal(NatsConnectionState.Open, rig.Connection.ConnectionState); // the link was behind the server of the client
    }

    private static List<NatsStreamRegressionEvent> Regressions(ConsumeRig rig) => [.. rig.Rig.Connection.Events.ToList().OfType<NatsStreamRegressionEvent>()];

    private static async Task<INatsJSConsumer> CreateOverLinkAsync(JetStreamRig rig)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        while (true)
        {
            try
            {
                await rig.CreateStreamAsync();
                return await rig.Context.CreateOrUpdateConsumerAsync(rig.Name, new ConsumerConfig("worker"), rig.Cancel);
            }
            catch (NatsJSException) when (!rig.Cancel.IsCancellationRequested)
            {
                await again.WaitForNextTickAsync(rig.Cancel); // the link has not told its interest yet
            }
        }
    }

    private static async Task<int> CountAsync(INatsJSConsume<string> consume, int count, CancellationToken cancellationToken)
    {
        int read = 0;
        await foreach (INatsJSMsg<string> msg in consume.Msgs.WithCancellation(cancellationToken))
        {
            await msg.AckAsync(cancellationToken: cancellationToken);
            if (++read == count)
            {
                break;
            }
        }

        return read;
    }
}
