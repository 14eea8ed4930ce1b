using Earshot.JetStream.ConsumerGroups.Tests.Kit;
using Earshot.JetStream.Tests.Kit;
using Xunit;

namespace Earshot.JetStream.ConsumerGroups.Tests.Groups;

/// <summary>Groups are created, read, listed, changed and deleted on a real server; what is not valid is refused before anything is sent.</summary>
public sealed class GroupAdministrationTests(JetStreamServers servers)
{
    [Fact]
    public async Task A_static_group_is_created_once_listed_and_deleted()
    {
        await using GroupRig rig = await GroupRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync(4);
        await rig.JetStream.CreatePcgStaticAsync(rig.Stream, "cg", 4, members: ["m1", "m2"], cancellationToken: rig.Cancel);
        await rig.JetStream.CreatePcgStaticAsync(rig.Stream, "cg", 4, members: ["m2", "m1"], cancellationToken: rig.Cancel);
        await Assert.ThrowsAsync<NatsPcgConfigException>(
            async () => await rig.JetStream.CreatePcgStaticAsync(rig.Stream, "cg", 5, members: ["m1", "m2"], cancellationToken: rig.Cancel));
        Assert.Equal(["m1", "m2"], (await rig.JetStream.GetPcgStaticConfigAsync(rig.Stream, "cg", rig.Cancel)).Members);
        Assert.Equal(["cg"], await rig.JetStream.ListPcgStaticAsync(rig.Stream, rig.Cancel).ToListAsync(rig.Cancel));
        await rig.JetStream.DeletePcgStaticAsync(rig.Stream, "cg", rig.Cancel);
        Assert.Empty(await rig.JetStream.ListPcgStaticAsync(rig.Stream, rig.Cancel).ToListAsync(rig.Cancel));
        await Assert.ThrowsAsync<NatsPcgNotFoundException>(async () => await rig.JetStream.GetPcgStaticConfigAsync(rig.Stream, "cg", rig.Cancel));
    }

    [Fact]
    public async Task The_members_of_an_elastic_group_change_and_its_stream_is_deleted_with_it()
    {
        await using GroupRig rig = await GroupRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        INatsJSContext js = rig.JetStream;
        await js.CreatePcgElasticAsync(rig.Stream, "cg", 2, [new($"{rig.Stream}.*", [1])], cancellationToken: rig.Cancel);
        await js.AddPcgElasticMembersAsync(rig.Stream, "cg", ["m2"], rig.Cancel);
        await js.AddPcgElasticMembersAsync(rig.Stream, "cg", ["m1"], rig.Cancel);
        await js.CreatePcgElasticAsync(rig.Stream, "cg", 2, [new($"{rig.Stream}.*", [1])], cancellationToken: rig.Cancel);
        Assert.Equal(["m1", "m2"], (await js.GetPcgElasticConfigAsync(rig.Stream, "cg", rig.Cancel)).Members);
        await Assert.ThrowsAsync<NatsPcgConfigException>(async () => await js.AddPcgElasticMembersAsync(rig.Stream, "cg", ["m3"], rig.Cancel));
        await js.DeletePcgElasticMembersAsync(rig.Stream, "cg", ["m2"], rig.Cancel);
        Assert.Equal(new NatsPcgMemberStatus(InMembership: false, IsActive: false), await js.IsInPcgElasticMembershipAndActiveAsync(rig.Stream, "cg", "m2", rig.Cancel));
        NatsPcgElasticConfig mapped = await js.SetPcgElasticMemberMappingsAsync(rig.Stream, "cg", [new("m1", [1]), new("m2", [0])], rig.Cancel);
        Assert.Equal(["1.>"], mapped.GetPcgElasticPartitionFilters("m1"));
        await Assert.ThrowsAsync<NatsPcgConfigException>(async () => await js.AddPcgElasticMembersAsync(rig.Stream, "cg", ["m1"], rig.Cancel));
        Assert.Null((await js.DeletePcgElasticMemberMappingsAsync(rig.Stream, "cg", rig.Cancel)).MemberMappings);
        Assert.Equal(["cg"], await js.ListPcgElasticAsync(rig.Stream, rig.Cancel).ToListAsync(rig.Cancel));
        await js.DeletePcgElasticAsync(rig.Stream, "cg", rig.Cancel);
        await Assert.ThrowsAsync<NatsJSStreamNotFoundException>(async () => await js.GetStreamAsync($"{rig.Stream}-cg", cancellationToken: rig.Cancel));
    }

    [Fact]
    public async Task Configurations_that_are_not_valid_are_refused_before_anything_is_sent()
    {
        await using var connection = new NatsConnection(); // never connected
        INatsJSContext js = new NatsJSContext(connection);
        await RefusedAsync(() => js.CreatePcgStaticAsync("S", "cg", 0, members: ["m"]));
        await RefusedAsync(() => js.CreatePcgStaticAsync("S", "cg", 1, members: ["m", "n"]));
        await RefusedAsync(() => js.CreatePcgStaticAsync("S", "cg", 1));
        await RefusedAsync(() => js.CreatePcgStaticAsync("S", "c.g", 1, members: ["m"]));
        await RefusedAsync(() => js.CreatePcgStaticAsync("S", "cg", 1, members: ["m x"]));
        await RefusedAsync(() => js.CreatePcgStaticAsync("S", "cg", 1, ["a.>.b"], ["m"]));
        await RefusedAsync(() => js.CreatePcgStaticAsync("S", "cg", 1, ["a.*", "a.b"], ["m"]));
        await RefusedAsync(() => js.CreatePcgStaticAsync("S", "cg", 2, memberMappings: [new("m", [0])]));
        await RefusedAsync(() => js.CreatePcgStaticAsync("S", "cg", 1, memberMappings: [new("m", [0]), new("n", [0])]));
        await RefusedAsync(() => js.CreatePcgStaticAsync("S", "cg", 1, memberMappings: [new("m", [1])]));
        await RefusedAsync(() => js.CreatePcgStaticAsync("S", "cg", 65_537, members: ["m"]));
        await RefusedAsync(() => js.CreatePcgStaticAsync("S", "cg", 1, memberMappings: [null!]));
        await RefusedAsync(() => js.CreatePcgElasticAsync("S", "cg", 32_769, [new("a"), new("b")]));
        await RefusedAsync(() => js.CreatePcgElasticAsync("S", "cg", 1, [null!]));
        await RefusedAsync(() => js.CreatePcgElasticAsync("S", "cg", 1, [new("a.*", [2])]));
        await RefusedAsync(() => js.CreatePcgElasticAsync("S", "cg", 1, [new("a.*.*", [1, 1])]));
        await RefusedAsync(() => js.AddPcgElasticMembersAsync("S", "cg", []));
    }

    [Fact]
    public async Task A_consumer_that_a_member_cannot_use_is_refused()
    {
        await using var connection = new NatsConnection();
        INatsJSContext js = new NatsJSContext(connection);
        CancellationToken cancel = TestContext.Current.CancellationToken;
        static Task Handle(NatsPcgMsg<int> message, CancellationToken cancellationToken) => Task.CompletedTask;
        await Assert.ThrowsAsync<ArgumentException>(() => js.RunPcgElasticAsync<int>("S", "cg", "m", Handle, new ConsumerConfig { AckPolicy = ConsumerConfigAckPolicy.None }, cancellationToken: cancel));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => js.RunPcgElasticAsync<int>("S", "cg", "m", Handle, new ConsumerConfig { AckPolicy = ConsumerConfigAckPolicy.Explicit, AckWait = TimeSpan.MaxValue }, cancellationToken: cancel));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => js.RunPcgStaticAsync<int>("S", "cg", "m", Handle, new ConsumerConfig { AckWait = TimeSpan.MaxValue }, cancellationToken: cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => js.RunPcgStaticAsync<int>("S", "cg", "m", Handle, new ConsumerConfig { DeliverSubject = "d" }, cancellationToken: cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => js.RunPcgStaticAsync<int>("S", "cg", "m", Handle, opts: new NatsJSRunOpts { MaxConcurrency = 2 }, cancellationToken: cancel));
    }

    [Fact]
    public async Task A_server_without_pinned_clients_is_refused_before_harm()
    {
        await using GroupRig rig = await GroupRig.ConnectAsync(await servers.Oldest);
        await rig.JetStream.CreateStreamAsync(new StreamConfig(rig.Stream, [$"{rig.Stream}.*"]) { Storage = StreamConfigStorage.Memory }, rig.Cancel);
        await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(
            async () => await rig.JetStream.CreatePcgStaticAsync(rig.Stream, "cg", 1, members: ["m"], cancellationToken: rig.Cancel));
        await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(
            async () => await rig.JetStream.CreatePcgElasticAsync(rig.Stream, "cg", 1, [new($"{rig.Stream}.*", [1])], cancellationToken: rig.Cancel));
        await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(
            () => rig.JetStream.RunPcgElasticAsync<int>(rig.Stream, "cg", "m", static (_, _) => Task.CompletedTask, cancellationToken: rig.Cancel));
        string[] streams = await rig.JetStream.ListStreamNamesAsync(cancellationToken: rig.Cancel).ToArrayAsync(rig.Cancel);
        Assert.DoesNotContain(streams, name => name.Contains("consumer-groups", StringComparison.Ordinal) || name == $"{rig.Stream}-cg");
    }

    private static async Task RefusedAsync<T>(Func<ValueTask<T>> call) => await Assert.ThrowsAnyAsync<ArgumentException>(async () => await call());
}
