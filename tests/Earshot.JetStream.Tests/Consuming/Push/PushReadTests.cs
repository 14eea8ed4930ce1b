using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming.Push;

/// <summary>Reads of push consumers, on the newest and on the oldest server.</summary>
[BothServers]
public sealed class PushReadTests(JetStreamServers servers)
{
    [Theory]
    [InlineData(false)]
    [OldServerData(true)]
    public async Task Durable_consumer_delivers_what_is_stored_and_what_comes_later(bool isOldest)
    {
        await using PushRig rig = await PushRig.StartAsync(await ServerAsync(isOldest));
        await rig.StoreAsync(5);
        INatsJSPushConsumer consumer = await rig.CreateAsync(new NatsJSPushConsumerOpts { DurableName = "D" });
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consumer.ConsumeAsync<string>(cancellationToken: rig.Cancel).GetAsyncEnumerator(rig.Cancel);
        List<int> read = await rig.TakeAsync(messages, 5);
        await rig.StoreAsync(5, 5);
        read.AddRange(await rig.TakeAsync(messages, 5));

        Assert.Equal(Enumerable.Range(0, 10), read);
        ConsumerInfo info = await rig.WhenAsync("D", static info => info.NumAckPending == 0);
        Assert.Equal((true, 10UL), (info.PushBound, info.AckFloor.StreamSeq));
    }

    [Theory]
    [InlineData(false)]
    [OldServerData(true)]
    public async Task Ephemeral_consumer_delivers_nothing_before_it_is_read(bool isOldest)
    {
        await using PushRig rig = await PushRig.StartAsync(await ServerAsync(isOldest));
        await rig.StoreAsync(3);
        INatsJSPushConsumer consumer = await rig.CreateAsync(new NatsJSPushConsumerOpts { AckPolicy = ConsumerConfigAckPolicy.None, DeliverPolicy = ConsumerConfigDeliverPolicy.New });
        await rig.StoreAsync(3, 3);
        ConsumerInfo info = await rig.WhenAsync(consumer.Info.Name, static info => info.NumPending == 3);
        Assert.Equal(0UL, info.Delivered.ConsumerSeq);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consumer.ConsumeAsync<string>(cancellationToken: rig.Cancel).GetAsyncEnumerator(rig.Cancel);

        Assert.Equal([3, 4, 5], await rig.TakeAsync(messages, 3));
    }

    [Fact]
    public async Task Processed_messages_do_not_count_for_the_limit_of_the_queue_in_bytes()
    {
        await using PushRig rig = await PushRig.StartAsync(await servers.Newest);
        INatsJSPushConsumer consumer = await rig.CreateAsync(new NatsJSPushConsumerOpts
        {
            AckPolicy = ConsumerConfigAckPolicy.None,
            SubOpts = new NatsSubOpts { PendingBytesLimit = 8000 },
        });
        await using INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(rig.Cancel);
        List<ulong> read = [];
        for (int i = 0; i < 20; i++)
        {
            await rig.StoreAsync(1, i, size: 1024);
            await rig.UntilAsync(() => consume.Counts.Received == i + 1 || rig.Connection.Events.ToList().OfType<NatsConsumerNotificationEvent>().Any());
            read.AddRange(i == 0 ? [] : await PushRig.SequencesAsync(messages, 1)); // the queue is never empty
        }

        Assert.Equal(Enumerable.Range(1, 19).Select(static sequence => (ulong)sequence), read);
        Assert.Empty(rig.Connection.Events.ToList().OfType<NatsConsumerNotificationEvent>());
    }

    [Fact]
    public async Task Priority_group_is_refused()
    {
        await using PushRig rig = await PushRig.StartAsync(await servers.Newest);
        INatsJSPushConsumer consumer = await rig.CreateAsync();
        var opts = new NatsJSConsumeOpts { PriorityGroup = new NatsJSPriorityGroupOpts { Group = "g" } };
        Assert.Throws<ArgumentException>(() => consumer.ConsumeAsync<string>(opts: opts, cancellationToken: rig.Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await consumer.StartConsumeAsync<string>(opts: opts, cancellationToken: rig.Cancel));
    }

    [Theory]
    [InlineData(false)]
    [OldServerData(true)]
    public async Task Two_members_of_a_deliver_group_share_the_messages(bool isOldest)
    {
        await using PushRig rig = await PushRig.StartAsync(await ServerAsync(isOldest));
        INatsJSPushConsumer one = await rig.CreateAsync(new NatsJSPushConsumerOpts { DurableName = "D", DeliverGroup = "workers" });
        INatsJSPushConsumer two = await rig.Rig.Context.GetPushConsumerAsync(rig.Rig.Name, "D", rig.Cancel);
        await using INatsJSConsume<string> first = await one.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await using INatsJSConsume<string> second = await two.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await rig.Connection.PingAsync(rig.Cancel);
        await rig.StoreAsync(200);
        await rig.UntilAsync(() => first.Counts.Received + second.Counts.Received == 200);
        List<int> read = await rig.TakeAsync(first.Msgs.GetAsyncEnumerator(rig.Cancel), (int)first.Counts.Received);
        read.AddRange(await rig.TakeAsync(second.Msgs.GetAsyncEnumerator(rig.Cancel), (int)second.Counts.Received));

        Assert.Equal(Enumerable.Range(0, 200), read.Order());
        Assert.True(first.Counts.Received > 0 && second.Counts.Received > 0, $"{first.Counts.Received} and {second.Counts.Received}");
    }

    [Theory]
    [InlineData(false)]
    [OldServerData(true)]
    public async Task Slow_application_holds_the_server_back(bool isOldest)
    {
        const int Stored = 6000; // of 1 KiB; the first window of the server is 2 MB
        await using PushRig rig = await PushRig.StartAsync(await ServerAsync(isOldest));
        await rig.StoreAsync(Stored, size: 1024);
        var answers = new List<NatsFlowControlProcessedEvent>();
        using IDisposable listening = rig.Connection.Events.On<NatsFlowControlProcessedEvent>(answers.Add, dispatch: NatsDispatch.Inline);
        INatsJSPushConsumer consumer = await rig.CreateAsync(new NatsJSPushConsumerOpts
        {
            AckPolicy = ConsumerConfigAckPolicy.None,
            FlowControl = true,
            IdleHeartbeat = TimeSpan.FromMilliseconds(100),
        });
        await using INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(rig.Cancel);
        Assert.True(await messages.MoveNextAsync());
        long before = consume.Counts.Received;
        await rig.WhenAsync(consumer.Info.Name, info => info.Delivered.ConsumerSeq < 3000 && IsQuiet(consume, ref before));
        Assert.InRange(consume.Counts.Received, 900, 2500); // the server waits, and nothing was answered
        Assert.Empty(answers);
        List<ulong> read = await PushRig.SequencesAsync(messages, Stored - 1);

        Assert.Equal(Enumerable.Range(2, Stored - 1).Select(static sequence => (ulong)sequence), read);
        Assert.Contains(answers, static e => e.Source == FlowControlSource.FlowControl && e.Held > TimeSpan.Zero);
    }

    [Fact]
    public async Task Flow_control_needs_heartbeats_and_the_deliver_subject_has_no_wildcards()
    {
        await using PushRig rig = await PushRig.StartAsync(await servers.Newest);
        await Assert.ThrowsAsync<ArgumentException>(async () => await rig.CreateAsync(new NatsJSPushConsumerOpts { FlowControl = true, IdleHeartbeat = TimeSpan.Zero }));
        await Assert.ThrowsAsync<ArgumentException>(async () => await rig.CreateAsync(new NatsJSPushConsumerOpts { IdleHeartbeat = TimeSpan.FromSeconds(-1) }));
        await Assert.ThrowsAsync<ArgumentException>(async () => await rig.CreateAsync(new NatsJSPushConsumerOpts { DeliverSubject = "a.*" }));
    }

    [Theory]
    [InlineData(false)]
    [OldServerData(true)]
    public async Task Calls_of_the_other_kind_of_consumer_throw(bool isOldest)
    {
        await using PushRig rig = await PushRig.StartAsync(await ServerAsync(isOldest));
        INatsJSPushConsumer push = await rig.CreateAsync(new NatsJSPushConsumerOpts { DurableName = "push" });
        await rig.Rig.Context.CreateOrUpdateConsumerAsync(rig.Rig.Name, new ConsumerConfig("pull"), rig.Cancel);
        NatsJSProtocolException[] local =
        [
            await Assert.ThrowsAsync<NatsJSProtocolException>(async () => await push.NextAsync<string>(cancellationToken: rig.Cancel)),
            Assert.Throws<NatsJSProtocolException>(() => { push.FetchAsync<string>(new NatsJSFetchOpts(), cancellationToken: rig.Cancel); }),
            Assert.Throws<NatsJSProtocolException>(() => { push.FetchNoWaitAsync<string>(new NatsJSFetchOpts(), cancellationToken: rig.Cancel); }),
            await Assert.ThrowsAsync<NatsJSProtocolException>(async () => await push.UnpinAsync("g", rig.Cancel)),
        ];
        INatsJSConsumer asPull = await rig.Rig.Context.GetConsumerAsync(rig.Rig.Name, "push", rig.Cancel);
        NatsJSProtocolException fromServer = await Assert.ThrowsAsync<NatsJSProtocolException>(async () => await asPull.NextAsync<string>(cancellationToken: rig.Cancel));

        Assert.All(local, e => Assert.Equal((fromServer.HeaderCode, fromServer.HeaderMessage, fromServer.HeaderMessageText), (e.HeaderCode, e.HeaderMessage, e.HeaderMessageText)));
        await Assert.ThrowsAsync<NatsJSProtocolException>(async () => await rig.Rig.Context.GetPushConsumerAsync(rig.Rig.Name, "pull", rig.Cancel));
        await Assert.ThrowsAsync<NatsJSConsumerNotFoundException>(async () => await rig.Rig.Context.GetPushConsumerAsync(rig.Rig.Name, "none", rig.Cancel));
    }

    [Theory]
    [InlineData(false)]
    [OldServerData(true)]
    public async Task Deleted_consumer_ends_the_read_after_its_buffer(bool isOldest)
    {
        await using PushRig rig = await PushRig.StartAsync(await ServerAsync(isOldest));
        await rig.StoreAsync(3);
        INatsJSPushConsumer consumer = await rig.CreateAsync(new NatsJSPushConsumerOpts { DurableName = "D", IdleHeartbeat = TimeSpan.FromMilliseconds(150) });
        await using INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await rig.UntilAsync(() => consume.Counts.Received == 3);
        Assert.True(await rig.Rig.Context.DeleteConsumerAsync(rig.Rig.Name, "D", rig.Cancel));
        await rig.UntilAsync(() => consume.State == NatsJSConsumeState.Lost); // the server sends no status: two missing heartbeats tell
        List<string> read = [];
        NatsJSConsumerLostException e = await Assert.ThrowsAsync<NatsJSConsumerLostException>(async () =>
        {
            await foreach (INatsJSMsg<string> msg in consume.Msgs.WithCancellation(rig.Cancel))
            {
                read.Add(msg.Data!);
            }
        });

        Assert.Equal((LostReason.ConsumerDeleted, 3), (e.Reason, read.Count));
        await rig.Connection.Events.WhenAsync<NatsConsumerLostEvent>(after: 0, rig.Cancel);
        NatsConsumerLostEvent lost = Assert.Single(rig.Connection.Events.ToList().OfType<NatsConsumerLostEvent>());
        Assert.Equal((NatsJSConsumerKind.Push, 3L), (lost.Consumer.Kind, lost.Undelivered));
    }

    [Fact]
    public async Task Deleted_stream_ends_the_read_of_an_ephemeral_consumer()
    {
        await using PushRig rig = await PushRig.StartAsync(await servers.Newest);
        INatsJSPushConsumer consumer = await rig.CreateAsync(new NatsJSPushConsumerOpts { IdleHeartbeat = TimeSpan.FromMilliseconds(150) });
        await using INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await rig.UntilAsync(() => consume.State == NatsJSConsumeState.Flowing);
        await rig.Rig.Context.DeleteStreamAsync(rig.Rig.Name, rig.Cancel);
        NatsJSConsumerLostException e = await Assert.ThrowsAsync<NatsJSConsumerLostException>(async () => await consume.Msgs.GetAsyncEnumerator(rig.Cancel).MoveNextAsync());

        Assert.Equal(LostReason.StreamDeleted, e.Reason);
    }

    [Theory]
    [InlineData(false)]
    [OldServerData(true)]
    public async Task Deleted_ephemeral_consumer_is_recreated_behind_its_acks(bool isOldest)
    {
        await using PushRig rig = await PushRig.StartAsync(await ServerAsync(isOldest));
        await rig.StoreAsync(4);
        INatsJSPushConsumer consumer = await rig.CreateAsync(new NatsJSPushConsumerOpts { IdleHeartbeat = TimeSpan.FromMilliseconds(150) });
        await using INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(rig.Cancel);
        await rig.UntilAsync(() => consume.Counts.Received == 4); // no delivery is pending when the consumer is deleted
        Assert.Equal([0, 1], await rig.TakeAsync(messages, 2));
        Assert.True(await rig.Rig.Context.DeleteConsumerAsync(rig.Rig.Name, consumer.Info.Name, rig.Cancel));
        NatsConsumerRecreatedEvent told = await rig.Connection.Events.WhenAsync<NatsConsumerRecreatedEvent>(after: 0, rig.Cancel);

        Assert.Equal((RecreateCause.Deleted, 3UL), (told.Cause, told.FromStreamSeq));
        Assert.Equal([2, 3], await rig.TakeAsync(messages, 2));
        await consumer.RefreshAsync(rig.Cancel);
        Assert.Equal(told.Consumer.Name, consumer.Info.Name);
    }

    [Fact]
    public async Task Consumer_that_is_deleted_through_its_object_is_not_recreated()
    {
        await using PushRig rig = await PushRig.StartAsync(await servers.Newest);
        var consumer = (NatsJSPushConsumer)await rig.CreateAsync();
        await using INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        Assert.True(await consumer.DeleteAsync(rig.Cancel));
        NatsJSConsumerLostException e = await Assert.ThrowsAsync<NatsJSConsumerLostException>(async () => await consume.Msgs.GetAsyncEnumerator(rig.Cancel).MoveNextAsync());

        Assert.Equal(LostReason.ConsumerDeleted, e.Reason);
        Assert.Empty(await rig.Rig.Context.ListConsumerNamesAsync(rig.Rig.Name, rig.Cancel).ToListAsync(rig.Cancel));
    }

    [Fact]
    public async Task Stop_returns_what_was_not_taken_to_the_server()
    {
        await using PushRig rig = await PushRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(5);
        INatsJSPushConsumer consumer = await rig.CreateAsync(new NatsJSPushConsumerOpts { DurableName = "D" });
        INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await rig.UntilAsync(() => consume.Counts.Received == 5);
        await consume.StopAsync(rig.Cancel);
        await using INatsJSConsume<string> again = await consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = again.Msgs.GetAsyncEnumerator(rig.Cancel);
        List<ulong> delivered = [];
        List<string> read = [];
        while (read.Count < 5 && await messages.MoveNextAsync())
        {
            read.Add(messages.Current.Data!);
            delivered.Add(messages.Current.Metadata!.Value.NumDelivered);
        }

        Assert.Equal(["0", "1", "2", "3", "4"], read.Order());
        Assert.All(delivered, static count => Assert.Equal(2UL, count)); // long before AckWait
    }

    [Fact]
    public async Task Drain_delivers_the_rest_to_the_loop()
    {
        await using PushRig rig = await PushRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(5);
        INatsJSPushConsumer consumer = await rig.CreateAsync(new NatsJSPushConsumerOpts { DurableName = "D" });
        await using INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await rig.UntilAsync(() => consume.Counts.Received == 5);
        await consume.DrainAsync(rig.Cancel);

        Assert.Equal([0, 1, 2, 3, 4], await rig.TakeAsync(consume.Msgs.GetAsyncEnumerator(rig.Cancel), 6));
        Assert.Equal(NatsJSConsumeState.Ended, consume.State);
    }

    [Fact]
    public async Task Cancelled_token_ends_the_loop_quietly_and_a_token_cancelled_before_throws()
    {
        await using PushRig rig = await PushRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(2);
        INatsJSPushConsumer consumer = await rig.CreateAsync(new NatsJSPushConsumerOpts { DurableName = "D" });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        int read = 0;
        await foreach (INatsJSMsg<string> msg in consumer.ConsumeAsync<string>(cancellationToken: stop.Token))
        {
            read++;
            await stop.CancelAsync();
        }

        Assert.Equal(1, read);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await consumer.ConsumeAsync<string>(cancellationToken: stop.Token).GetAsyncEnumerator(rig.Cancel).MoveNextAsync());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await consumer.StartConsumeAsync<string>(cancellationToken: stop.Token));
    }

    // The server delivers no more: two heartbeats in a row with the same number of messages.
    private static bool IsQuiet(INatsJSConsume<string> consume, ref long before)
    {
        long now = consume.Counts.Received;
        bool isQuiet = now == before && now >= 900;
        before = now;
        return isQuiet;
    }

    private Task<ITestServer> ServerAsync(bool isOldest) => isOldest ? servers.Oldest : servers.Newest;
}
