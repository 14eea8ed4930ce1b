using System.Collections.Concurrent;
using Earshot.JetStream;
using Xunit;

namespace Earshot.Server.Tests.JetStream.Consumers;

/// <summary>Push consumers of the client on a server in the process: flow control, heartbeats, outages and deletions, with a fake clock.</summary>
public sealed class PushConsumerTests
{
    private const int Large = 100_000;

    private static readonly NatsJSPushConsumerOpts s_durable = new() { DurableName = "D", AckPolicy = ConsumerConfigAckPolicy.Explicit };

    [Fact]
    public async Task Messages_are_delivered_while_there_is_a_reader()
    {
        await using ConsumerClockRig rig = await ConsumerClockRig.StartAsync();
        await rig.StoreAsync(2);
        INatsJSPushConsumer consumer = await rig.Context.CreatePushConsumerAsync("S", s_durable, rig.Cancel);
        Assert.Equal((0UL, false), (rig.Find("D")!.Delivered, rig.Find("D")!.IsPushBound));
        await using (INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel))
        {
            Assert.Equal([0, 1], await rig.TakeAsync(consume, 2));
            Assert.True(rig.Find("D")!.IsPushBound);
            await rig.Server.JetStream.WaitForAckAsync("S", "D", 2, rig.Cancel);
        }

        await rig.StoreAsync(1, 2);
        Assert.Equal((2UL, 1UL, false), (rig.Find("D")!.Delivered, rig.Find("D")!.Pending, rig.Find("D")!.IsPushBound));
    }

    [Fact]
    public async Task Flow_control_holds_deliveries_back_until_the_application_has_processed_messages()
    {
        await using ConsumerClockRig rig = await ConsumerClockRig.StartAsync();
        await rig.StoreAsync(30, size: Large);
        var answers = new ConcurrentQueue<FlowControlSource>();
        using IDisposable listening = rig.Connection.Events.On<NatsFlowControlProcessedEvent>(e => answers.Enqueue(e.Source), dispatch: NatsDispatch.Inline);
        INatsJSPushConsumer consumer = await rig.Context.CreatePushConsumerAsync(
            "S", new NatsJSPushConsumerOpts { Name = "C", AckPolicy = ConsumerConfigAckPolicy.None, FlowControl = true }, rig.Cancel);
        INatsJSConsume<string> consume = await rig.ReadAsync(consumer);
        await rig.UntilAsync(() => consume.Counts.Received == 21);
        await rig.PassAsync(TimeSpan.FromSeconds(12)); // two heartbeats, which repeat the request
        Assert.Equal((21L, 9UL), (consume.Counts.Received, rig.Find("C")!.Pending));
        Assert.Empty(answers);

        Assert.Equal(Enumerable.Range(0, 30), await rig.TakeAsync(consume, 30));
        Assert.NotEmpty(answers);
        Assert.Empty(rig.Events<NatsHeartbeatAlarmEvent>());
    }

    [Fact]
    public async Task Flow_control_request_of_a_lost_session_is_answered_by_the_next_one()
    {
        await using ConsumerClockRig rig = await ConsumerClockRig.StartAsync();
        await rig.StoreAsync(30, size: Large);
        var answers = new ConcurrentQueue<FlowControlSource>();
        using IDisposable listening = rig.Connection.Events.On<NatsFlowControlProcessedEvent>(e => answers.Enqueue(e.Source), dispatch: NatsDispatch.Inline);
        INatsJSPushConsumer consumer = await rig.Context.CreatePushConsumerAsync("S", s_durable with { FlowControl = true }, rig.Cancel);
        INatsJSConsume<string> consume = await rig.ReadAsync(consumer);
        await rig.UntilAsync(() => consume.Counts.Received == 21);
        rig.Server.Faults.Drop();
        await rig.PassUntilAsync(() => rig.Events<NatsReconnectedEvent>().Count == 1);
        Task<List<int>> reading = rig.TakeAsync(consume, 30);
        await rig.PassUntilAsync(() => reading.IsCompleted);

        Assert.Equal(Enumerable.Range(0, 30), await reading);
        Assert.Equal(FlowControlSource.Heartbeat, answers.First());
    }

    [Fact]
    public async Task Missing_heartbeats_of_a_silent_consumer_are_an_alarm_and_a_stall()
    {
        await using ConsumerClockRig rig = await ConsumerClockRig.StartAsync();
        INatsJSPushConsumer consumer = await rig.Context.CreatePushConsumerAsync("S", s_durable, rig.Cancel);
        INatsJSConsume<string> consume = await rig.ReadAsync(consumer);
        await rig.PassAsync(TimeSpan.FromSeconds(20));
        Assert.Empty(rig.Events<NatsHeartbeatAlarmEvent>()); // heartbeats arrive

        rig.Faults.SilenceConsumer("S", "D");
        await rig.StoreAsync(1);
        await rig.PassUntilAsync(() => rig.Events<NatsConsumerStalledEvent>().Count == 1);
        Assert.Equal(("D", StallReason.MissedHeartbeats), (rig.Events<NatsHeartbeatAlarmEvent>()[0].Consumer.Name, rig.Events<NatsConsumerStalledEvent>()[0].Reason));
        Assert.Equal(0, consume.Counts.Received);

        rig.Faults.Restore("S");
        Assert.Equal([0], await rig.TakeAsync(consume, 1));
        Assert.Single(rig.Events<NatsConsumerResumedEvent>());
        Assert.Single(rig.Events<NatsHeartbeatAlarmEvent>());
    }

    [Fact]
    public async Task Consumer_of_a_stream_without_a_leader_stalls_and_resumes()
    {
        await using ConsumerClockRig rig = await ConsumerClockRig.StartAsync();
        INatsJSPushConsumer consumer = await rig.Context.CreatePushConsumerAsync("S", s_durable, rig.Cancel);
        INatsJSConsume<string> consume = await rig.ReadAsync(consumer);
        await rig.UntilAsync(() => rig.Find("D")!.IsPushBound);
        rig.Faults.MakeUnavailable("S");
        await rig.PassUntilAsync(() => rig.Events<NatsConsumerStalledEvent>().Count == 1);
        Assert.Equal(StallReason.NoLeader, rig.Events<NatsConsumerStalledEvent>()[0].Reason);
        rig.Faults.Restore("S");
        await rig.PassUntilAsync(() => rig.Events<NatsConsumerResumedEvent>().Count == 1);
        await rig.StoreAsync(1);
        Assert.Equal([0], await rig.TakeAsync(consume, 1));
    }

    [Fact]
    public async Task Read_of_a_deleted_consumer_ends_after_two_missing_heartbeats()
    {
        await using ConsumerClockRig rig = await ConsumerClockRig.StartAsync();
        INatsJSPushConsumer consumer = await rig.Context.CreatePushConsumerAsync("S", s_durable, rig.Cancel);
        INatsJSConsume<string> consume = await rig.ReadAsync(consumer);
        Task<List<int>> reading = rig.TakeAsync(consume, 1);
        rig.Faults.DeleteConsumer("S", "D");
        await rig.PassUntilAsync(() => reading.IsCompleted);
        NatsJSConsumerLostException lost = await Assert.ThrowsAsync<NatsJSConsumerLostException>(() => reading);
        Assert.Equal(LostReason.ConsumerDeleted, lost.Reason);
    }

    [Fact]
    public async Task Ephemeral_consumer_is_created_again_after_a_reconnect_behind_its_acks()
    {
        await using ConsumerClockRig rig = await ConsumerClockRig.StartAsync();
        await rig.StoreAsync(3);
        INatsJSPushConsumer consumer = await rig.Context.CreatePushConsumerAsync("S", new NatsJSPushConsumerOpts { AckPolicy = ConsumerConfigAckPolicy.Explicit }, rig.Cancel);
        INatsJSConsume<string> consume = await rig.ReadAsync(consumer);
        string name = consumer.Info.Name;
        Assert.Equal([0, 1], await rig.TakeAsync(consume, 2));
        await rig.Server.JetStream.WaitForAckAsync("S", name, 2, rig.Cancel);
        rig.Server.Faults.Drop();
        await rig.PassUntilAsync(() => rig.Events<NatsConsumerRecreatedEvent>().Count == 1);
        NatsConsumerRecreatedEvent recreated = rig.Events<NatsConsumerRecreatedEvent>()[0];
        Assert.Equal((name, RecreateCause.Reconnected, 3UL), (recreated.OldName, recreated.Cause, recreated.FromStreamSeq));
        await rig.UntilAsync(() => rig.Find(name) is null); // the old one is deleted
    }

    [Fact]
    public async Task Unread_consumer_is_deleted_after_its_inactive_threshold()
    {
        await using ConsumerClockRig rig = await ConsumerClockRig.StartAsync();
        INatsJSPushConsumer consumer = await rig.Context.CreatePushConsumerAsync(
            "S", new NatsJSPushConsumerOpts { Name = "C", AckPolicy = ConsumerConfigAckPolicy.None, InactiveThreshold = TimeSpan.FromSeconds(30) }, rig.Cancel);
        await using (INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel))
        {
            await rig.PassAsync(TimeSpan.FromSeconds(60));
            Assert.True(rig.Find("C")!.IsPushBound);
        }

        await rig.PassAsync(TimeSpan.FromSeconds(29));
        Assert.NotNull(rig.Find("C"));
        await rig.PassAsync(TimeSpan.FromSeconds(2));
        Assert.Null(rig.Find("C"));
    }

    [Fact]
    public async Task Members_of_a_deliver_group_share_the_messages()
    {
        await using ConsumerClockRig rig = await ConsumerClockRig.StartAsync();
        INatsJSContext other = await rig.ConnectAsync();
        INatsJSPushConsumer first = await rig.Context.CreatePushConsumerAsync("S", s_durable with { DeliverSubject = "deliver", DeliverGroup = "workers" }, rig.Cancel);
        INatsJSPushConsumer second = await other.GetPushConsumerAsync("S", "D", rig.Cancel);
        INatsJSConsume<string> one = await rig.ReadAsync(first);
        INatsJSConsume<string> two = await rig.ReadAsync(second);
        await rig.PassAsync(TimeSpan.FromMilliseconds(250)); // both are subscribed
        await rig.StoreAsync(50);
        await rig.UntilAsync(() => one.Counts.Received + two.Counts.Received == 50);
        Assert.True(one.Counts.Received > 0 && two.Counts.Received > 0);
    }

    [Fact]
    public async Task Message_without_an_ack_is_delivered_again()
    {
        await using ConsumerClockRig rig = await ConsumerClockRig.StartAsync();
        await rig.StoreAsync(1);
        INatsJSPushConsumer consumer = await rig.Context.CreatePushConsumerAsync("S", s_durable with { AckWait = TimeSpan.FromSeconds(20) }, rig.Cancel);
        INatsJSConsume<string> consume = await rig.ReadAsync(consumer);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(rig.Cancel);
        Assert.True(await messages.MoveNextAsync());
        Task<bool> again = messages.MoveNextAsync().AsTask();
        await rig.PassAsync(TimeSpan.FromSeconds(19));
        Assert.False(again.IsCompleted);
        await rig.PassUntilAsync(() => again.IsCompleted);
        Assert.Equal(2UL, messages.Current.Metadata!.Value.NumDelivered);
    }

    [Fact]
    public async Task Rate_limit_spreads_deliveries_over_time()
    {
        await using ConsumerClockRig rig = await ConsumerClockRig.StartAsync();
        await rig.StoreAsync(20, size: Large); // the first 1 MiB is delivered immediately
        INatsJSPushConsumer consumer = await rig.Context.CreatePushConsumerAsync(
            "S", new NatsJSPushConsumerOpts { Name = "C", AckPolicy = ConsumerConfigAckPolicy.None, RateLimitBps = 8 * Large }, rig.Cancel);
        INatsJSConsume<string> consume = await rig.ReadAsync(consumer);
        await rig.UntilAsync(() => consume.Counts.Received == 10);
        await rig.PassAsync(TimeSpan.FromSeconds(4));
        Assert.InRange(consume.Counts.Received, 13, 15);
        await rig.PassUntilAsync(() => consume.Counts.Received == 20);
    }

    [Fact]
    public async Task Change_of_the_leader_begins_flow_control_again()
    {
        await using ConsumerClockRig rig = await ConsumerClockRig.StartAsync();
        await rig.StoreAsync(30, size: Large);
        INatsJSPushConsumer consumer = await rig.Context.CreatePushConsumerAsync(
            "S", new NatsJSPushConsumerOpts { Name = "C", AckPolicy = ConsumerConfigAckPolicy.None, FlowControl = true }, rig.Cancel);
        INatsJSConsume<string> consume = await rig.ReadAsync(consumer);
        await rig.UntilAsync(() => consume.Counts.Received == 21);
        rig.Faults.ChangeConsumerLeader("S", "C");
        await rig.UntilAsync(() => consume.Counts.Received == 30);
        Assert.Equal(Enumerable.Range(0, 30), await rig.TakeAsync(consume, 30));
    }

    [Fact]
    public async Task Duplicate_is_delivered_a_second_time()
    {
        await using ConsumerClockRig rig = await ConsumerClockRig.StartAsync();
        INatsJSPushConsumer consumer = await rig.Context.CreatePushConsumerAsync("S", s_durable, rig.Cancel);
        INatsJSConsume<string> consume = await rig.ReadAsync(consumer);
        rig.Faults.DuplicateDeliveries("S", "D");
        await rig.StoreAsync(1);
        Assert.Equal([0, 0], await rig.TakeAsync(consume, 2));
    }
}
