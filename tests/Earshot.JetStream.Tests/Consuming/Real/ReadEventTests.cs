using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>The events of reads in the journal of their connection. Debug builds validate the journal while it is written.</summary>
[BothServers]
public sealed class ReadEventTests(JetStreamServers servers)
{
    [Fact]
    public async Task Status_is_seen_behind_a_thousand_buffered_messages()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest, config => config.MaxAckPending = 5000);
        await rig.StoreAsync(1000);
        await using INatsJSConsume<string> consume = await rig.Consumer.StartConsumeAsync<string>(
            opts: new NatsJSConsumeOpts { MaxMsgs = 1100, ThresholdMsgs = 1050 }, cancellationToken: rig.Cancel);
        await rig.WhenAsync(_ => consume.Counts.Received == 1000);
        await rig.Rig.Context.DeleteConsumerAsync(rig.Rig.Name, "worker", rig.Cancel);
        NatsConsumerLostEvent lost = await ToldAsync<NatsConsumerLostEvent>(rig);

        Assert.Equal((LostReason.ConsumerDeleted, 1000, rig.Rig.Name, "worker"), (lost.Reason, lost.Undelivered, lost.Consumer.Stream, lost.Consumer.Name));
        NatsPullStatusErrorEvent error = Assert.Single(Events<NatsPullStatusErrorEvent>(rig));
        Assert.Equal((409, "Consumer Deleted", lost.Consumer.Handle), (error.Code, error.Description, error.Consumer.Handle));
    }

    [Fact]
    public async Task Stall_and_resume_pair()
    {
        await using var time = new HeldTime(); // no heartbeat is late before the server is frozen
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using ConsumeRig rig = await ConsumeRig.StartAsync(server, opts: new NatsOpts { TimeProvider = time, PingInterval = TimeSpan.FromHours(1) });
        var notified = new TaskCompletionSource();
        await using INatsJSConsume<string> consume = await rig.Consumer.StartConsumeAsync<string>(
            opts: new NatsJSConsumeOpts
            {
                Expires = TimeSpan.FromSeconds(2),
                IdleHeartbeat = TimeSpan.FromMilliseconds(250),
                NotificationHandler = (notification, _) =>
                {
                    if (notification.Name == "Timeout")
                    {
                        notified.TrySetResult();
                    }

                    return Task.CompletedTask;
                },
            },
            cancellationToken: rig.Cancel);
        using IDisposable end = time.PassesAtTheEnd();
        await rig.WhenAsync(info => info.NumWaiting == 1);
        server.Freeze();
        try
        {
            await time.PassUntilAsync(() => Events<NatsConsumerStalledEvent>(rig).Count > 0, rig.Cancel);
        }
        finally
        {
            server.Thaw();
        }

        NatsConsumerResumedEvent resumed = await ToldAsync<NatsConsumerResumedEvent>(rig);
        NatsConsumerStalledEvent stalled = Assert.Single(Events<NatsConsumerStalledEvent>(rig));
        NatsHeartbeatAlarmEvent alarm = Events<NatsHeartbeatAlarmEvent>(rig)[0];

        Assert.True(alarm.Sequence < stalled.Sequence && stalled.Sequence < resumed.Sequence);
        Assert.Equal(stalled.Consumer.Handle, resumed.Consumer.Handle);
        Assert.InRange(alarm.Silence, TimeSpan.FromMilliseconds(500), time.Passed);
        await notified.Task.WaitAsync(rig.Cancel);
    }

    [Fact]
    public async Task Returned_messages_and_late_acks_are_reported()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest, config => config.AckWait = TimeSpan.FromMilliseconds(300));
        await rig.StoreAsync(1);
        INatsJSMsg<string>? late = await rig.Consumer.NextAsync<string>(cancellationToken: rig.Cancel);
        await rig.Consumer.NextAsync<string>(cancellationToken: rig.Cancel);
        INatsJSMsg<string>? last = await rig.Consumer.NextAsync<string>(cancellationToken: rig.Cancel);
        await late!.AckAsync(cancellationToken: rig.Cancel);
        Assert.Equal(NatsJSNotificationKind.LateAck, (await ToldAsync<NatsConsumerNotificationEvent>(rig)).Notification);
        await last!.AckAsync(new AckOpts { DoubleAck = true }, rig.Cancel);
        INatsJSConsumer later = await rig.Rig.Context.CreateOrUpdateConsumerAsync(
            rig.Rig.Name, new ConsumerConfig("later") { DeliverPolicy = ConsumerConfigDeliverPolicy.New }, rig.Cancel);
        await rig.StoreAsync(10, 1);
        INatsJSConsume<string> consume = await later.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await rig.WhenAsync(_ => consume.Counts.Received == 10);
        await using (IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(rig.Cancel))
        {
            Assert.True(await messages.MoveNextAsync());
            await messages.Current.AckAsync(cancellationToken: rig.Cancel);
        }

        await consume.DisposeAsync();
        NatsConsumerNotificationEvent given = await ToldAsync<NatsConsumerNotificationEvent>(rig, e => e.Notification == NatsJSNotificationKind.GivenBack);

        Assert.Equal(9, given.Count);
    }

    [Fact]
    public async Task Recreation_of_an_ordered_consumer_is_reported()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(2);
        INatsJSConsumer ordered = await rig.Rig.Context.CreateOrderedConsumerAsync(rig.Rig.Name, cancellationToken: rig.Cancel);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = ordered.ConsumeAsync<string>(cancellationToken: rig.Cancel).GetAsyncEnumerator(rig.Cancel);
        await messages.MoveNextAsync();
        await messages.MoveNextAsync();
        await rig.Rig.Connection.ReconnectAsync(new NatsForceReconnectOptions(), rig.Cancel);
        await rig.StoreAsync(1, 2);
        Assert.True(await messages.MoveNextAsync());
        NatsConsumerRecreatedEvent recreated = await ToldAsync<NatsConsumerRecreatedEvent>(rig);

        Assert.Equal("2", messages.Current.Data);
        Assert.Equal((RecreateCause.Reconnected, 3UL, NatsJSConsumerKind.Ordered), (recreated.Cause, recreated.FromStreamSeq, recreated.Consumer.Kind));
        Assert.NotEqual(recreated.OldName, recreated.Consumer.Name);
    }

    [Fact]
    public async Task Recreated_stream_is_reported_and_the_read_resumes_by_time()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(5);
        INatsJSConsumer ordered = await rig.Rig.Context.CreateOrderedConsumerAsync(rig.Rig.Name, cancellationToken: rig.Cancel);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = ordered.ConsumeAsync<string>(cancellationToken: rig.Cancel).GetAsyncEnumerator(rig.Cancel);
        for (int i = 0; i < 5; i++)
        {
            await messages.MoveNextAsync();
        }

        await rig.Rig.Context.DeleteStreamAsync(rig.Rig.Name, rig.Cancel);
        await rig.Rig.CreateStreamAsync();
        await rig.StoreAsync(2, 5);
        Assert.True(await messages.MoveNextAsync());
        NatsStreamRegressionEvent regression = await ToldAsync<NatsStreamRegressionEvent>(rig);

        Assert.Equal("5", messages.Current.Data);
        Assert.Equal((rig.Rig.Name, RegressionAction.ResumedByTime), (regression.Stream, regression.Action));
    }

    private static List<T> Events<T>(ConsumeRig rig)
        where T : NatsConnectionEvent => [.. rig.Rig.Connection.Events.ToList().OfType<T>()];

    private static async Task<T> ToldAsync<T>(ConsumeRig rig, Func<T, bool>? isWanted = null)
        where T : NatsConnectionEvent
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        while (true)
        {
            if (Events<T>(rig).FirstOrDefault(e => isWanted is null || isWanted(e)) is { } told)
            {
                return told;
            }

            await again.WaitForNextTickAsync(rig.Cancel);
        }
    }
}
