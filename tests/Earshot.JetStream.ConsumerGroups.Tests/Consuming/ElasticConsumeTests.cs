using Earshot.JetStream.ConsumerGroups.Tests.Kit;
using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.ConsumerGroups.Tests.Consuming;

/// <summary>Members of elastic groups on a real server: changes of the members while messages flow, and the ends of a run.</summary>
public sealed class ElasticConsumeTests(JetStreamServers servers)
{
    [Fact]
    public async Task Adding_and_removing_members_moves_partitions_without_loss_or_second_processing()
    {
        await using GroupRig rig = await StartAsync(await servers.Newest);
        var record = new HandledMessages();
        await using var one = Instance.Elastic(rig, "m1", record, "m1");
        await using var two = Instance.Elastic(rig, "m2", record, "m2");
        await rig.JetStream.AddPcgElasticMembersAsync(rig.Stream, "cg", ["m1"], rig.Cancel);
        await rig.PublishAsync(0, 40, keys: 20);
        await record.CountAsync(10, rig.Cancel);
        await rig.JetStream.AddPcgElasticMembersAsync(rig.Stream, "cg", ["m2"], rig.Cancel);
        await rig.UntilAsync(async () => (await rig.JetStream.IsInPcgElasticMembershipAndActiveAsync(rig.Stream, "cg", "m2", rig.Cancel)).IsActive);
        await rig.PublishAsync(40, 40, keys: 20);
        await record.CountAsync(80, rig.Cancel);
        Assert.Equal(["m1", "m2"], (await rig.JetStream.ListPcgElasticActiveMembersAsync(rig.Stream, "cg", rig.Cancel).ToListAsync(rig.Cancel)).Order());
        await rig.JetStream.DeletePcgElasticMembersAsync(rig.Stream, "cg", ["m1"], rig.Cancel);
        await rig.UntilAsync(async () => !(await rig.JetStream.IsInPcgElasticMembershipAndActiveAsync(rig.Stream, "cg", "m1", rig.Cancel)).IsActive);
        await rig.PublishAsync(80, 20, keys: 20);
        await record.CountAsync(100, rig.Cancel);

        Assert.Equal(Enumerable.Range(0, 100), record.Handled.Select(entry => entry.Number).Order());
        Assert.All(record.Handled.GroupBy(entry => entry.Subject), key => Assert.Equal(key.Select(entry => entry.Number).Order(), key.Select(entry => entry.Number)));
        Assert.Empty(record.Overlaps);
        Assert.All(record.Handled.Where(entry => entry.Number is >= 40 and < 80), entry => Assert.Equal(entry.Partition < 2 ? "m1" : "m2", entry.Instance));
        Assert.All(record.Handled.Where(entry => entry.Number >= 80), entry => Assert.Equal("m2", entry.Instance));
        Assert.Equal(100, (await one.StopAsync()).Succeeded + (await two.StopAsync()).Succeeded);
    }

    [Fact]
    public async Task A_partition_moves_only_when_the_handler_of_its_message_has_ended()
    {
        await using GroupRig rig = await StartAsync(await servers.Newest);
        var release = new TaskCompletionSource();
        var record = new HandledMessages { Work = number => number == 0 ? release.Task.WaitAsync(rig.Cancel) : Task.CompletedTask };
        await rig.JetStream.AddPcgElasticMembersAsync(rig.Stream, "cg", ["m1"], rig.Cancel);
        await rig.PublishAsync(0, 8, keys: 8);
        await using var one = Instance.Elastic(rig, "m1", record, "m1");
        await rig.UntilAsync(() => Task.FromResult(record.Handled.Count == 1));
        await using var two = Instance.Elastic(rig, "m2", record, "m2");
        await rig.JetStream.SetPcgElasticMemberMappingsAsync(rig.Stream, "cg", [new("m2", [0, 1, 2, 3])], rig.Cancel);
        INatsJSConsumer old = await rig.JetStream.GetConsumerAsync($"{rig.Stream}-cg", "m1", rig.Cancel);
        await old.RefreshAsync(rig.Cancel);
        Assert.Equal(1, old.Info.NumAckPending);
        Assert.Single(record.Handled);
        release.SetResult();
        await record.CountAsync(8, rig.Cancel); // by m2, as far as m1 has read the change
        await rig.UntilAsync(async () => (await rig.JetStream.IsInPcgElasticMembershipAndActiveAsync(rig.Stream, "cg", "m2", rig.Cancel)).IsActive);
        await rig.PublishAsync(8, 8, keys: 8);
        await record.CountAsync(16, rig.Cancel);
        Assert.Equal(Enumerable.Range(0, 16), record.Handled.Select(entry => entry.Number).Order());
        Assert.Empty(record.Overlaps);
        Assert.All(record.Handled.Where(entry => entry.Number >= 8), entry => Assert.Equal("m2", entry.Instance));
    }

    [Fact]
    public async Task A_standby_instance_follows_a_change_with_the_active_one()
    {
        await using GroupRig rig = await StartAsync(await servers.Newest);
        await rig.JetStream.AddPcgElasticMembersAsync(rig.Stream, "cg", ["m1"], rig.Cancel);
        var record = new HandledMessages();
        await using var one = Instance.Elastic(rig, "m1", record, "one");
        await using var two = Instance.Elastic(rig, "m1", record, "two");
        await rig.PublishAsync(0, 10, keys: 10);
        await record.CountAsync(10, rig.Cancel);
        await using var other = Instance.Elastic(rig, "m2", record, "m2");
        await rig.JetStream.AddPcgElasticMembersAsync(rig.Stream, "cg", ["m2"], rig.Cancel);
        await rig.UntilAsync(async () => (await rig.JetStream.IsInPcgElasticMembershipAndActiveAsync(rig.Stream, "cg", "m2", rig.Cancel)).IsActive);
        await rig.PublishAsync(10, 20, keys: 20);
        await record.CountAsync(30, rig.Cancel);
        Assert.Equal(Enumerable.Range(0, 30), record.Handled.Select(entry => entry.Number).Order());
        string active = Assert.Single(record.Handled.Skip(10).Select(entry => entry.Instance).Where(name => name != "m2").Distinct());
        await (active == "one" ? one : two).StopAsync();
        await rig.PublishAsync(30, 20, keys: 20);
        await record.CountAsync(50, rig.Cancel);
        Assert.Equal(Enumerable.Range(0, 50), record.Handled.Select(entry => entry.Number).Order());
    }

    [Fact]
    public async Task A_run_ends_normally_when_the_group_is_deleted()
    {
        await using GroupRig rig = await StartAsync(await servers.Newest);
        await rig.JetStream.AddPcgElasticMembersAsync(rig.Stream, "cg", ["m1"], rig.Cancel);
        var record = new HandledMessages();
        await using var member = Instance.Elastic(rig, "m1", record, "m1");
        await using var waiting = Instance.Elastic(rig, "m9", record, "m9");
        await rig.PublishAsync(0, 5, keys: 5);
        await record.CountAsync(5, rig.Cancel);
        await rig.JetStream.DeletePcgElasticAsync(rig.Stream, "cg", rig.Cancel);
        Assert.Equal(5, (await member.Run).Succeeded);
        Assert.Equal(0, (await waiting.Run).Succeeded);
    }

    [Fact]
    public async Task A_member_may_have_the_longest_time_to_acknowledge()
    {
        await using GroupRig rig = await StartAsync(await servers.Newest);
        await rig.JetStream.AddPcgElasticMembersAsync(rig.Stream, "cg", ["m1"], rig.Cancel);
        var record = new HandledMessages();
        var config = new ConsumerConfig { AckPolicy = ConsumerConfigAckPolicy.Explicit, MaxAckPending = 1, AckWait = TimeSpan.FromDays(36500) };
        await using var member = Instance.Elastic(rig, "m1", record, "m1", config);
        await rig.PublishAsync(0, 3, keys: 3);
        await record.CountAsync(3, rig.Cancel);
        Assert.Equal(3, (await member.StopAsync()).Succeeded);
    }

    [Fact]
    [Trait("Duration", "Long")]
    public async Task Members_continue_after_a_restart_of_the_server()
    {
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using GroupRig rig = await StartAsync(server, StreamConfigStorage.File);
        await rig.JetStream.AddPcgElasticMembersAsync(rig.Stream, "cg", ["m1"], rig.Cancel);
        var record = new HandledMessages();
        var config = new ConsumerConfig { AckPolicy = ConsumerConfigAckPolicy.Explicit, MaxAckPending = 1, AckWait = TimeSpan.FromSeconds(2) };
        await using var one = Instance.Elastic(rig, "m1", record, "m1", config);
        await using var two = Instance.Elastic(rig, "m2", record, "m2", config);
        await rig.PublishAsync(0, 10, keys: 10);
        await record.CountAsync(10, rig.Cancel);
        await server.RestartAsync(rig.Cancel);
        await rig.JetStream.AddPcgElasticMembersAsync(rig.Stream, "cg", ["m2"], rig.Cancel);
        await rig.UntilAsync(async () => (await rig.JetStream.IsInPcgElasticMembershipAndActiveAsync(rig.Stream, "cg", "m2", rig.Cancel)).IsActive);
        await rig.PublishAsync(10, 20, keys: 20);
        await rig.UntilAsync(() => Task.FromResult(record.Handled.Select(entry => entry.Number).Distinct().Count() == 30));
        Assert.Contains(record.Handled, entry => entry.Instance == "m2");
    }

    private static async Task<GroupRig> StartAsync(ITestServer server, StreamConfigStorage storage = StreamConfigStorage.Memory)
    {
        GroupRig rig = await GroupRig.ConnectAsync(server);
        await rig.JetStream.CreateStreamAsync(new StreamConfig(rig.Stream, [$"{rig.Stream}.*"]) { Storage = storage }, rig.Cancel);
        await rig.JetStream.CreatePcgElasticAsync(rig.Stream, "cg", 4, [new($"{rig.Stream}.*", [1])], cancellationToken: rig.Cancel);
        return rig;
    }
}
