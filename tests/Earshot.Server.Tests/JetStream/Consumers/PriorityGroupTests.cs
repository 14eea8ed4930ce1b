using Earshot.JetStream;
using Xunit;

namespace Earshot.Server.Tests.JetStream.Consumers;

/// <summary>Priority groups of the client on a server in the process, with a fake clock: who is served, and how a pin changes its client.</summary>
public sealed class PriorityGroupTests
{
    [Fact]
    public async Task Pin_is_taken_over_when_its_client_sends_no_request_in_time()
    {
        await using ConsumerClockRig rig = await ConsumerClockRig.StartAsync();
        (INatsJSConsumer first, INatsJSConsumer second) = await CreateAsync(rig, ConsumerConfigPriorityPolicy.PinnedClient, TimeSpan.FromSeconds(20));
        INatsJSConsume<string> pinned = await StartAsync(rig, first);
        await rig.UntilAsync(() => rig.Find("worker")!.WaitingPulls == 1);
        await rig.StoreAsync(1);
        await rig.UntilAsync(() => pinned.Counts.Received == 1); // it asks for no more before it has processed this one
        INatsJSConsume<string> standby = await StartAsync(rig, second);
        await rig.StoreAsync(1, 1);
        string? before = rig.Find("worker")!.PinnedClient;
        Assert.NotNull(before);
        await rig.PassAsync(TimeSpan.FromSeconds(19));
        Assert.Equal(0, standby.Counts.Received);

        await rig.PassUntilAsync(() => standby.Counts.Received == 1);
        Assert.Equal([1], await rig.TakeAsync(standby, 1));
        Assert.NotEqual(before, rig.Find("worker")!.PinnedClient);
        Assert.Contains(NatsJSNotificationKind.Pinned, rig.Notifications(1));
    }

    [Fact]
    public async Task Client_that_has_lost_its_pin_reports_it_and_continues_without_it()
    {
        await using ConsumerClockRig rig = await ConsumerClockRig.StartAsync();
        (INatsJSConsumer first, INatsJSConsumer second) = await CreateAsync(rig, ConsumerConfigPriorityPolicy.PinnedClient, TimeSpan.FromMinutes(2));
        INatsJSConsume<string> pinned = await StartAsync(rig, first);
        await rig.UntilAsync(() => rig.Find("worker")!.WaitingPulls == 1);
        await rig.StoreAsync(1);
        await rig.UntilAsync(() => pinned.Counts.Received == 1);
        rig.Faults.Unpin("S", "worker");
        INatsJSConsume<string> other = await StartAsync(rig, second);
        await rig.UntilAsync(() => rig.Find("worker")!.WaitingPulls == 1);
        await rig.StoreAsync(1, 1);
        await rig.UntilAsync(() => other.Counts.Received == 1);

        await using IAsyncEnumerator<INatsJSMsg<string>> messages = pinned.Msgs.GetAsyncEnumerator(rig.Cancel);
        Assert.True(await messages.MoveNextAsync());
        Task<bool> next = messages.MoveNextAsync().AsTask(); // asks with the old pin
        await rig.UntilAsync(() => rig.Notifications().Contains(NatsJSNotificationKind.PinIdMismatch));
        await rig.UntilAsync(() => rig.Find("worker")!.WaitingPulls == 1); // without a pin
        rig.Faults.Unpin("S", "worker");
        await rig.StoreAsync(1, 2);
        Assert.True(await next);
        Assert.Equal("2", messages.Current.Data);
    }

    [Fact]
    public async Task Unpinned_waiting_client_is_served_again_as_a_new_one()
    {
        await using ConsumerClockRig rig = await ConsumerClockRig.StartAsync();
        (INatsJSConsumer first, _) = await CreateAsync(rig, ConsumerConfigPriorityPolicy.PinnedClient, TimeSpan.FromMinutes(2));
        INatsJSConsume<string> consume = await StartAsync(rig, first, maxMsgs: 10);
        await rig.UntilAsync(() => rig.Find("worker")!.WaitingPulls == 1);
        await rig.StoreAsync(6);
        Assert.Equal(Enumerable.Range(0, 6), await rig.TakeAsync(consume, 6));
        await rig.UntilAsync(() => rig.Find("worker")!.WaitingPulls == 2); // the second one has the pin
        string? before = rig.Find("worker")!.PinnedClient;
        await first.UnpinAsync("A", rig.Cancel);
        Assert.Null(rig.Find("worker")!.PinnedClient);
        await rig.StoreAsync(1, 6);
        Assert.Equal([6], await rig.TakeAsync(consume, 1));
        Assert.NotEqual(before, rig.Find("worker")!.PinnedClient);
        Assert.Equal(2, rig.Notifications().Count(kind => kind == NatsJSNotificationKind.Pinned));
    }

    [Fact]
    public async Task Change_of_the_leader_ends_the_pin()
    {
        await using ConsumerClockRig rig = await ConsumerClockRig.StartAsync();
        (INatsJSConsumer first, _) = await CreateAsync(rig, ConsumerConfigPriorityPolicy.PinnedClient, TimeSpan.FromMinutes(2));
        INatsJSConsume<string> consume = await StartAsync(rig, first);
        await rig.StoreAsync(1);
        Assert.Equal([0], await rig.TakeAsync(consume, 1));
        rig.Faults.ChangeConsumerLeader("S", "worker");
        Assert.Null(rig.Find("worker")!.PinnedClient);
        await rig.StoreAsync(1, 1);
        Task<List<int>> reading = rig.TakeAsync(consume, 1);
        await rig.PassUntilAsync(() => reading.IsCompleted); // the pull with the old pin is refused
        Assert.Equal([1], await reading);
    }

    [Fact]
    public async Task Overflow_client_is_served_while_enough_messages_are_pending()
    {
        await using ConsumerClockRig rig = await ConsumerClockRig.StartAsync();
        (INatsJSConsumer first, INatsJSConsumer second) = await CreateAsync(rig, ConsumerConfigPriorityPolicy.Overflow);
        INatsJSConsume<string> overflow = await StartAsync(rig, second, maxMsgs: 100, new NatsJSPriorityGroupOpts { Group = "A", MinPending = 4 });
        await rig.UntilAsync(() => rig.Find("worker")!.WaitingPulls == 1);
        await rig.StoreAsync(6);
        await rig.UntilAsync(() => overflow.Counts.Received == 3);
        Assert.Equal(3UL, rig.Find("worker")!.Pending);
        INatsJSConsume<string> normal = await StartAsync(rig, first, maxMsgs: 100);
        Assert.Equal([3, 4, 5], await rig.TakeAsync(normal, 3));
        Assert.Equal(3, overflow.Counts.Received);
    }

    [Fact]
    public async Task Overflow_client_is_served_while_another_one_is_behind_with_its_acks()
    {
        await using ConsumerClockRig rig = await ConsumerClockRig.StartAsync();
        (INatsJSConsumer first, INatsJSConsumer second) = await CreateAsync(rig, ConsumerConfigPriorityPolicy.Overflow);
        INatsJSConsume<string> slow = await StartAsync(rig, first, maxMsgs: 2);
        INatsJSConsume<string> overflow = await StartAsync(rig, second, maxMsgs: 100, new NatsJSPriorityGroupOpts { Group = "A", MinAckPending = 2 });
        await rig.UntilAsync(() => rig.Find("worker")!.WaitingPulls == 2);
        await rig.StoreAsync(3);
        await rig.UntilAsync(() => overflow.Counts.Received == 1);
        Assert.Equal(2, slow.Counts.Received);
    }

    [Fact]
    public async Task Prioritized_client_is_served_first_and_the_other_one_when_it_stops()
    {
        await using ConsumerClockRig rig = await ConsumerClockRig.StartAsync();
        (INatsJSConsumer first, INatsJSConsumer second) = await CreateAsync(rig, ConsumerConfigPriorityPolicy.Prioritized);
        INatsJSConsume<string> standby = await StartAsync(rig, second, maxMsgs: 100, new NatsJSPriorityGroupOpts { Group = "A", Priority = 1 });
        await rig.UntilAsync(() => rig.Find("worker")!.WaitingPulls == 1);
        INatsJSConsume<string> preferred = await StartAsync(rig, first, maxMsgs: 100);
        await rig.UntilAsync(() => rig.Find("worker")!.WaitingPulls == 2);
        await rig.StoreAsync(5);
        await rig.UntilAsync(() => preferred.Counts.Received == 5);
        Assert.Equal(0, standby.Counts.Received);
        Task stopping = preferred.DisposeAsync().AsTask(); // returns the five messages
        await rig.PassUntilAsync(() => stopping.IsCompleted && standby.Counts.Received == 5);
    }

    [Fact]
    public async Task Unpin_of_a_consumer_without_a_group_is_refused()
    {
        await using ConsumerClockRig rig = await ConsumerClockRig.StartAsync();
        await rig.Context.CreateOrUpdateConsumerAsync("S", new ConsumerConfig("plain"), rig.Cancel);
        Assert.Throws<ArgumentException>(() => rig.Faults.Unpin("S", "plain"));
        NatsJSApiException refused = await Assert.ThrowsAsync<NatsJSApiException>(async () => await rig.Context.UnpinConsumerAsync("S", "plain", "A", rig.Cancel));
        Assert.Equal(10160, refused.Error.ErrCode);
    }

    private static async Task<(INatsJSConsumer First, INatsJSConsumer Second)> CreateAsync(ConsumerClockRig rig, ConsumerConfigPriorityPolicy policy, TimeSpan? timeout = null)
    {
        INatsJSContext other = await rig.ConnectAsync();
        var config = new ConsumerConfig("worker") { PriorityGroups = ["A"], PriorityPolicy = policy, PinnedTTL = timeout };
        INatsJSConsumer first = await rig.Context.CreateOrUpdateConsumerAsync("S", config, rig.Cancel);
        return (first, await other.GetConsumerAsync("S", "worker", rig.Cancel));
    }

    private static Task<INatsJSConsume<string>> StartAsync(ConsumerClockRig rig, INatsJSConsumer consumer, int maxMsgs = 1, NatsJSPriorityGroupOpts? group = null) =>
        rig.ReadAsync(consumer, new NatsJSConsumeOpts { MaxMsgs = maxMsgs, PriorityGroup = group ?? new NatsJSPriorityGroupOpts { Group = "A" } });
}
