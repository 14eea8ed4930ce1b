using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>Which of two clients of a consumer with a priority group gets the messages, on a real server (ADR-42).</summary>
[BothServers]
public sealed class PriorityGroupTests(JetStreamServers servers)
{
    [Fact]
    public async Task Overflow_client_gets_messages_only_while_enough_are_pending()
    {
        await using PriorityRig rig = await PriorityRig.StartAsync(await servers.Newest, ConsumerConfigPriorityPolicy.Overflow);
        await rig.Rig.StoreAsync(5);
        await rig.Rig.WhenAsync(info => info.NumPending == 5);
        Assert.Empty(await rig.FetchShortlyAsync(rig.Second, PriorityRig.Group(minPending: 10)));
        await rig.Rig.StoreAsync(10, 5);
        Assert.Equal(Enumerable.Range(0, 6), await rig.FetchAsync(rig.Second, PriorityRig.Group(minPending: 10), count: 6));
        Assert.Empty(await rig.FetchShortlyAsync(rig.Second, PriorityRig.Group(minPending: 10))); // fewer than 10 are pending
        Assert.Equal(Enumerable.Range(6, 9), await rig.FetchAsync(rig.First, PriorityRig.Group(), count: 9));
    }

    [Fact]
    public async Task Overflow_client_gets_messages_while_another_one_is_behind_with_its_acks()
    {
        await using PriorityRig rig = await PriorityRig.StartAsync(await servers.Newest, ConsumerConfigPriorityPolicy.Overflow);
        await rig.Rig.StoreAsync(8);
        await rig.FetchAsync(rig.First, PriorityRig.Group(), count: 2, acknowledges: false);
        Assert.Empty(await rig.FetchShortlyAsync(rig.Second, PriorityRig.Group(minAckPending: 4)));
        await rig.FetchAsync(rig.First, PriorityRig.Group(), count: 2, acknowledges: false);
        Assert.Equal([4], await rig.FetchAsync(rig.Second, PriorityRig.Group(minAckPending: 4), count: 1));
    }

    [Fact]
    public async Task Overflow_works_for_every_way_to_read()
    {
        await using PriorityRig rig = await PriorityRig.StartAsync(await servers.Newest, ConsumerConfigPriorityPolicy.Overflow);
        NatsJSPriorityGroupOpts overflow = PriorityRig.Group(minPending: 3);
        var consume = new NatsJSConsumeOpts { MaxMsgs = 1, PriorityGroup = overflow };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        Task<NatsJSRunResult> running = rig.First.RunAsync<string>((_, _) => stop.CancelAsync(), new NatsJSRunOpts { Consume = consume }, cancellationToken: stop.Token);
        await rig.Rig.WhenAsync(info => info.NumWaiting == 1);
        await rig.Rig.StoreAsync(2);
        await rig.Rig.WhenAsync(info => info.NumPending == 2);
        var next = new NatsJSNextOpts { Expires = TimeSpan.FromMilliseconds(150), PriorityGroup = overflow };
        Assert.Null(await rig.Second.NextAsync<string>(opts: next, cancellationToken: rig.Cancel));
        await rig.Rig.WhenAsync(info => info.NumWaiting == 1); // that of the run
        await rig.Rig.StoreAsync(1, 2);
        Assert.Equal(1, (await running).Succeeded); // with the third message; afterwards two are pending
        await rig.Rig.StoreAsync(1, 3);
        next = next with { Expires = TimeSpan.FromSeconds(30) };
        Assert.Equal("1", (await rig.Second.NextAsync<string>(opts: next, cancellationToken: rig.Cancel))!.Data);
        await foreach (INatsJSMsg<string> msg in rig.Second.FetchNoWaitAsync<string>(new NatsJSFetchOpts { PriorityGroup = overflow }, cancellationToken: rig.Cancel))
        {
            Assert.Fail($"{msg.Data} came although only 2 messages are pending");
        }
    }

    [Fact]
    public async Task Prioritized_client_with_the_lower_number_is_served_first_and_the_other_one_when_it_stops()
    {
        await using PriorityRig rig = await PriorityRig.StartAsync(await servers.Newest, ConsumerConfigPriorityPolicy.Prioritized);
        await using INatsJSConsume<string> standby = await StartAsync(rig, rig.Second, PriorityRig.Group(priority: 1));
        await rig.Rig.WhenAsync(info => info.NumWaiting == 1);
        INatsJSConsume<string> preferred = await StartAsync(rig, rig.First, PriorityRig.Group());
        await rig.Rig.WhenAsync(info => info.NumWaiting == 2);
        await rig.Rig.StoreAsync(5);
        await rig.Rig.WhenAsync(_ => preferred.Counts.Received == 5);
        await preferred.StopAsync(rig.Cancel); // returns the five messages
        await rig.Rig.WhenAsync(_ => standby.Counts.Received == 5);

        Assert.Equal((5, 5), (preferred.Counts.Received, standby.Counts.Received));
    }

    [Fact]
    public async Task Only_the_pinned_client_is_served_until_it_is_unpinned()
    {
        await using PriorityRig rig = await PriorityRig.StartAsync(await servers.Newest, ConsumerConfigPriorityPolicy.PinnedClient, TimeSpan.FromSeconds(30));
        await using INatsJSConsume<string> pinned = await StartAsync(rig, rig.First, PriorityRig.Group());
        await rig.Rig.WhenAsync(info => info.NumWaiting == 1);
        await rig.Rig.StoreAsync(1);
        await rig.Rig.WhenAsync(_ => pinned.Counts.Received == 1);
        await using INatsJSConsume<string> standby = await StartAsync(rig, rig.Second, PriorityRig.Group());
        await rig.Rig.WhenAsync(info => info.NumWaiting == 2);
        await rig.Rig.StoreAsync(4, 1);
        await rig.Rig.WhenAsync(_ => pinned.Counts.Received == 5);
        string before = await PinAsync(rig);
        Assert.Equal(0, standby.Counts.Received);

        await pinned.StopAsync(rig.Cancel); // returns its messages, and stays pinned until it has sent no pull request for 30 s
        await rig.First.UnpinAsync("A", rig.Cancel);
        await rig.Rig.WhenAsync(_ => standby.Counts.Received == 5);
        Assert.NotEqual(before, await PinAsync(rig));
        Assert.Equal(2, rig.Notifications().Count(kind => kind == NatsJSNotificationKind.Pinned));
    }

    [Fact]
    public async Task Pinned_client_that_stops_is_replaced_when_its_time_has_passed()
    {
        await using PriorityRig rig = await PriorityRig.StartAsync(await servers.Newest, ConsumerConfigPriorityPolicy.PinnedClient, TimeSpan.FromMilliseconds(600));
        await using INatsJSConsume<string> standby = await StartAsync(rig, rig.Second, PriorityRig.Group());
        await rig.Rig.WhenAsync(info => info.NumWaiting == 1);
        await rig.Rig.StoreAsync(1);
        await rig.Rig.WhenAsync(_ => standby.Counts.Received == 1);
        await standby.StopAsync(rig.Cancel);
        await using INatsJSConsume<string> other = await StartAsync(rig, rig.First, PriorityRig.Group());
        await rig.Rig.WhenAsync(_ => other.Counts.Received == 1);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = other.Msgs.GetAsyncEnumerator(rig.Cancel);
        Assert.True(await messages.MoveNextAsync());
        Assert.Equal(2UL, messages.Current.Metadata!.Value.NumDelivered);
    }

    [Fact]
    public async Task Client_whose_pin_was_given_to_another_one_reports_it_and_continues_without_a_pin()
    {
        await using PriorityRig rig = await PriorityRig.StartAsync(await servers.Newest, ConsumerConfigPriorityPolicy.PinnedClient, TimeSpan.FromSeconds(30));
        await using INatsJSConsume<string> pinned = await StartAsync(rig, rig.First, PriorityRig.Group(), maxMsgs: 1);
        await rig.Rig.WhenAsync(info => info.NumWaiting == 1);
        await rig.Rig.StoreAsync(1);
        await rig.Rig.WhenAsync(_ => pinned.Counts.Received == 1); // it asks for no more before it has processed this one
        await rig.First.UnpinAsync("A", rig.Cancel);
        await using INatsJSConsume<string> other = await StartAsync(rig, rig.Second, PriorityRig.Group());
        await rig.Rig.WhenAsync(info => info.NumWaiting == 1);
        await rig.Rig.StoreAsync(1, 1);
        await rig.Rig.WhenAsync(_ => other.Counts.Received == 1);

        await using IAsyncEnumerator<INatsJSMsg<string>> messages = pinned.Msgs.GetAsyncEnumerator(rig.Cancel);
        Assert.True(await messages.MoveNextAsync());
        await messages.Current.AckAsync(cancellationToken: rig.Cancel);
        Task<bool> next = messages.MoveNextAsync().AsTask(); // asks with the old pin
        await rig.Rig.WhenAsync(_ => rig.Notifications().Contains(NatsJSNotificationKind.PinIdMismatch));
        await rig.Rig.WhenAsync(info => info.NumWaiting == 2); // without a pin
        await other.StopAsync(rig.Cancel);
        await rig.First.UnpinAsync("A", rig.Cancel);
        Assert.True(await next);
        Assert.Equal("1", messages.Current.Data);
    }

    [Fact]
    public async Task Unpinning_an_unknown_group_is_rejected_by_the_server()
    {
        await using PriorityRig rig = await PriorityRig.StartAsync(await servers.Newest, ConsumerConfigPriorityPolicy.PinnedClient, TimeSpan.FromSeconds(30));
        NatsJSApiException rejected = await Assert.ThrowsAsync<NatsJSApiException>(async () => await rig.First.UnpinAsync("B", rig.Cancel));
        Assert.Equal(10160, rejected.Error.ErrCode);
    }

    [Fact]
    [OnlyReal(Because.ItNeedsAnOldServer)]
    public async Task Old_server_that_ignores_priority_groups_is_detected()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Oldest);
        await rig.CreateStreamAsync();
        NatsJSFeatureNotSupportedException refused = await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(async () => await rig.Context.CreateConsumerAsync(
            rig.Name, new ConsumerConfig("C") { PriorityGroups = ["A"], PriorityPolicy = ConsumerConfigPriorityPolicy.Overflow }, rig.Cancel));
        Assert.Contains(refused.Field, (string[])["priority_groups", "priority_policy"]);
    }

    private static async Task<string> PinAsync(PriorityRig rig) => (await rig.Rig.InfoAsync()).PriorityGroups!.First().PinnedClientId!;

    private static ValueTask<INatsJSConsume<string>> StartAsync(PriorityRig rig, INatsJSConsumer client, NatsJSPriorityGroupOpts group, int maxMsgs = 100) =>
        client.StartConsumeAsync<string>(opts: new NatsJSConsumeOpts { MaxMsgs = maxMsgs, PriorityGroup = group }, cancellationToken: rig.Cancel);
}
