using Earshot.JetStream.ConsumerGroups.Tests.Kit;
using Earshot.JetStream.Tests.Kit;
using Earshot.KeyValueStore;
using Xunit;

namespace Earshot.JetStream.ConsumerGroups.Tests.Consuming;

/// <summary>Members of static groups on a real server: order, shares, standby instances, and the ends of a run.</summary>
public sealed class StaticConsumeTests(JetStreamServers servers)
{
    [Fact]
    public async Task Two_members_share_the_partitions_and_process_each_key_in_order()
    {
        await using GroupRig rig = await StartAsync();
        var record = new HandledMessages();
        await using var one = Instance.Static(rig, "m1", record, "m1");
        await using var two = Instance.Static(rig, "m2", record, "m2");
        await rig.PublishAsync(0, 60, keys: 10);
        await record.CountAsync(60, rig.Cancel);
        Assert.Equal(60, (await one.StopAsync()).Succeeded + (await two.StopAsync()).Succeeded);
        Assert.All(record.Handled, entry => Assert.Equal(entry.Partition < 2 ? "m1" : "m2", entry.Instance));
        Assert.All(record.Handled, entry => Assert.Equal($"{rig.Stream}.k{entry.Number % 10}", entry.Subject));
        Assert.All(record.Handled.GroupBy(entry => entry.Subject), key => Assert.Equal(key.Select(entry => entry.Number).Order(), key.Select(entry => entry.Number)));
        Assert.Empty(record.Overlaps);
        Assert.Equal(2, record.Handled.Select(entry => entry.Instance).Distinct().Count());
    }

    [Fact]
    public async Task A_standby_instance_takes_over_when_the_active_one_stops()
    {
        await using GroupRig rig = await StartAsync("m1");
        var record = new HandledMessages();
        await using var one = Instance.Static(rig, "m1", record, "one");
        await using var two = Instance.Static(rig, "m1", record, "two");
        await rig.PublishAsync(0, 20, keys: 5);
        await record.CountAsync(20, rig.Cancel);
        string active = Assert.Single(record.Handled.Select(entry => entry.Instance).Distinct());
        await (active == "one" ? one : two).StopAsync();
        await rig.PublishAsync(20, 20, keys: 5);
        await record.CountAsync(40, rig.Cancel);
        Assert.All(record.Handled.Skip(20), entry => Assert.NotEqual(active, entry.Instance));
        Assert.Equal(Enumerable.Range(0, 40), record.Handled.Select(entry => entry.Number).Order());
    }

    [Fact]
    public async Task A_member_that_steps_down_leaves_its_place_to_a_standby_instance()
    {
        await using GroupRig rig = await StartAsync("m1");
        var record = new HandledMessages();
        await using var one = Instance.Static(rig, "m1", record, "one");
        await rig.PublishAsync(0, 1, keys: 1);
        await record.CountAsync(1, rig.Cancel);
        await rig.UntilAsync(async () => await rig.JetStream.ListPcgStaticActiveMembersAsync(rig.Stream, "cg", rig.Cancel).ToListAsync(rig.Cancel) is ["m1"]);
        INatsJSConsumer consumer = await rig.JetStream.GetConsumerAsync(rig.Stream, "cg-m1", rig.Cancel);
        Assert.Equal(["PCG"], consumer.Info.Config.PriorityGroups);
        string? before = Assert.Single(consumer.Info.PriorityGroups!).PinnedClientId;
        Assert.NotNull(before);
        await rig.JetStream.PcgStaticMemberStepDownAsync(rig.Stream, "cg", "m1", rig.Cancel);
        await rig.PublishAsync(1, 5, keys: 1);
        await record.CountAsync(6, rig.Cancel);
        await consumer.RefreshAsync(rig.Cancel);
        Assert.NotEqual(before, Assert.Single(consumer.Info.PriorityGroups!).PinnedClientId);
    }

    [Fact]
    public async Task A_run_ends_normally_when_the_group_is_deleted_and_with_an_exception_when_it_is_changed()
    {
        await using GroupRig rig = await StartAsync("m1");
        var record = new HandledMessages();
        await using var one = Instance.Static(rig, "m1", record, "one");
        await rig.PublishAsync(0, 3, keys: 1);
        await record.CountAsync(3, rig.Cancel);
        await rig.JetStream.DeletePcgStaticAsync(rig.Stream, "cg", rig.Cancel);
        Assert.Equal(3, (await one.Run).Succeeded);

        await rig.JetStream.CreatePcgStaticAsync(rig.Stream, "cg", 4, members: ["m1"], cancellationToken: rig.Cancel);
        await using var two = Instance.Static(rig, "m1", record, "two");
        await record.CountAsync(6, rig.Cancel); // the new consumer begins at the first message
        INatsKVStore bucket = await rig.Connection.CreateKeyValueStoreContext().GetStoreAsync("static-consumer-groups", rig.Cancel);
        await bucket.PutAsync($"{rig.Stream}.cg", """{"max_members":4,"members":["m1","m2"]}""", cancellationToken: rig.Cancel);
        await Assert.ThrowsAsync<NatsPcgConfigException>(() => two.Run);
    }

    [Fact]
    public async Task A_member_that_does_not_belong_to_the_group_and_a_group_that_does_not_exist_are_errors()
    {
        await using GroupRig rig = await StartAsync("m1");
        var record = new HandledMessages();
        await using var unknown = Instance.Static(rig, "m9", record, "m9");
        await Assert.ThrowsAsync<NatsPcgMembershipException>(() => unknown.Run);
        await Assert.ThrowsAsync<NatsPcgNotFoundException>(
            () => rig.JetStream.RunPcgStaticAsync<int>(rig.Stream, "other", "m1", static (_, _) => Task.CompletedTask, cancellationToken: rig.Cancel));
        Assert.Empty(await rig.JetStream.ListConsumerNamesAsync(rig.Stream, rig.Cancel).ToListAsync(rig.Cancel));
    }

    [Fact]
    public async Task An_enumeration_gets_the_messages_in_order_and_leaves_the_rest()
    {
        await using GroupRig rig = await StartAsync("m1");
        await rig.PublishAsync(0, 6, keys: 1);
        List<int> taken = [];
        foreach (int until in (int[])[3, 6])
        {
            await foreach (NatsPcgMsg<int> message in rig.JetStream.ConsumePcgStaticAsync<int>(rig.Stream, "cg", "m1", cancellationToken: rig.Cancel))
            {
                taken.Add(message.Data);
                await message.AckAsync(cancellationToken: rig.Cancel);
                if (taken.Count == until)
                {
                    break;
                }
            }
        }

        Assert.Equal([0, 1, 2, 3, 4, 5], taken);
    }

    private async Task<GroupRig> StartAsync(params string[] members)
    {
        GroupRig rig = await GroupRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync(4);
        await rig.JetStream.CreatePcgStaticAsync(rig.Stream, "cg", 4, [$"{rig.Stream}.*"], members.Length > 0 ? members : ["m1", "m2"], cancellationToken: rig.Cancel);
        return rig;
    }
}
