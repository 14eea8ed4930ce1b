using Earshot.JetStream.Tests.Kit;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>States of real servers in which a read must not fall silent.</summary>
public sealed class TrapTests(JetStreamServers servers)
{
    private static readonly NatsJSConsumeOpts s_shortHeartbeat = new() { Expires = TimeSpan.FromSeconds(4), IdleHeartbeat = TimeSpan.FromMilliseconds(500) };

    [Fact]
    public async Task Too_many_pulls_are_reported_although_the_server_sends_no_status()
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
        await using NatsServerProcess server = await JetStreamServers.StartAsync();
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
        server.Signal(ServerSignal.Freeze);
        try
        {
            await entered.Task.WaitAsync(rig.Cancel); // of the missed heartbeats
        }
        finally
        {
            server.Signal(ServerSignal.Continue);
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
    public async Task Leaf_link_gone_for_a_second_is_noticed()
    {
        using var leafPort = ReservedPort.Take();
        await using NatsServerProcess hub = await JetStreamServers.StartAsync(
            $"jetstream {{ store_dir: \"{{folder}}/js\", domain: hub }}\nleafnodes {{ listen: \"127.0.0.1:{leafPort.Number}\", no_advertise: true }}\n");
        await using var link = new FaultProxy(leafPort.Number);
        await using NatsServerProcess leaf = await JetStreamServers.StartAsync($"leafnodes {{ reconnect: \"200ms\", remotes: [{{ url: \"nats-leaf://127.0.0.1:{link.Port}\" }}] }}\n");
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
