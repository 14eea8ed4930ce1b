using Earshot.JetStream.ConsumerGroups.Tests.Kit;
using Earshot.JetStream.Tests.Kit;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.ConsumerGroups.Tests.Consuming;

/// <summary>Instances that fail silently, changes of leaders while members change, and a stream of a group that is full.</summary>
public sealed class FaultTests(JetStreamServers servers)
{
    private static readonly ConsumerConfig s_config = new() { AckPolicy = ConsumerConfigAckPolicy.Explicit, MaxAckPending = 1, AckWait = TimeSpan.FromSeconds(1) };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Duration", "Long")]
    public async Task A_standby_instance_takes_over_from_one_that_has_crashed_with_the_message_that_it_had(bool isElastic)
    {
        ITestServer server = await servers.Newest;
        await using GroupRig rig = await StartAsync(server, isElastic);
        await using var link = new FaultProxy(server.Port);
        await using GroupRig crashing = await rig.AnotherAsync(link.Url);
        var never = new TaskCompletionSource();
        int blocked = 0;
        var record = new HandledMessages { Work = number => number == 5 && Interlocked.Exchange(ref blocked, 1) == 0 ? never.Task.WaitAsync(rig.Cancel) : Task.CompletedTask };
        // No message is delivered twice because an ack is late; only the one that is never acknowledged is.
        var config = new ConsumerConfig { AckPolicy = ConsumerConfigAckPolicy.Explicit, MaxAckPending = 1, AckWait = TimeSpan.FromSeconds(10) };
        Instance Start(GroupRig on, string name) => isElastic ? Instance.Elastic(on, "m1", record, name, config) : Instance.Static(on, "m1", record, name, config);
        await using Instance one = Start(crashing, "one");
        await rig.PublishAsync(0, 5, keys: 1);
        await record.CountAsync(5, rig.Cancel);
        await using Instance two = Start(rig, "two");
        await rig.PublishAsync(5, 10, keys: 1);
        await rig.UntilAsync(() => Task.FromResult(Volatile.Read(ref blocked) == 1));
        link.RefuseNew();
        link.ResetAll(); // neither an ack nor an unpin leaves any more
        await record.CountAsync(16, rig.Cancel);
        never.SetResult();

        Assert.Equal(Enumerable.Range(0, 15), record.Handled.Where(entry => entry != ("one", $"{rig.Stream}.k0", entry.Partition, 5)).Select(entry => entry.Number));
        Assert.All(record.Handled.Skip(6), entry => Assert.Equal("two", entry.Instance));
    }

    [Fact]
    [Trait("Duration", "Long")]
    public async Task Members_change_while_the_leaders_of_their_streams_and_consumers_do()
    {
        await using NatsCluster cluster = await NatsCluster.StartAsync(3, _ => new NatsServerSetup { JetStream = true }, TestContext.Current.CancellationToken);
        await using GroupRig rig = await GroupRig.ConnectAsync(new RealTestServer(cluster.Nodes[0]));
        await RetryAsync(rig, async () => await rig.JetStream.CreateStreamAsync(new StreamConfig(rig.Stream, [$"{rig.Stream}.*"]) { Storage = StreamConfigStorage.File, NumReplicas = 3 }, rig.Cancel));
        await RetryAsync(rig, async () => await rig.JetStream.CreatePcgElasticAsync(rig.Stream, "cg", 4, [new($"{rig.Stream}.*", [1])], cancellationToken: rig.Cancel));
        await rig.JetStream.AddPcgElasticMembersAsync(rig.Stream, "cg", ["m1"], rig.Cancel);
        var record = new HandledMessages();
        await using var one = Instance.Elastic(rig, "m1", record, "m1", s_config);
        await using var two = Instance.Elastic(rig, "m2", record, "m2", s_config);
        await rig.PublishAsync(0, 40, keys: 20);
        await record.CountAsync(10, rig.Cancel);
        await StepDownAsync(rig, $"CONSUMER.LEADER.STEPDOWN.{rig.Stream}-cg.m1");
        await StepDownAsync(rig, "STREAM.LEADER.STEPDOWN.KV_elastic-consumer-groups");
        await RetryAsync(rig, async () => await rig.JetStream.AddPcgElasticMembersAsync(rig.Stream, "cg", ["m2"], rig.Cancel));
        await StepDownAsync(rig, $"STREAM.LEADER.STEPDOWN.{rig.Stream}-cg");
        await rig.PublishAsync(40, 40, keys: 20);
        await StepDownAsync(rig, $"STREAM.LEADER.STEPDOWN.{rig.Stream}");
        await rig.UntilAsync(() => Task.FromResult(record.Handled.Select(entry => entry.Number).Distinct().Count() == 80));

        Assert.Contains(record.Handled, entry => entry.Instance == "m2");
        Assert.All(record.Handled.GroupBy(entry => entry.Subject), key => Assert.Equal(key.Select(entry => entry.Number).Distinct().Order(), key.Select(entry => entry.Number).Distinct()));
    }

    [Fact]
    [Trait("Duration", "Long")]
    public async Task The_stream_of_a_group_takes_at_most_its_maximum_and_the_rest_follows()
    {
        await using GroupRig rig = await GroupRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        await rig.JetStream.CreatePcgElasticAsync(rig.Stream, "cg", 2, [new($"{rig.Stream}.*", [1])], maxBufferedMessages: 10, cancellationToken: rig.Cancel);
        await rig.PublishAsync(0, 25, keys: 5);
        await rig.UntilAsync(async () => await BufferedAsync(rig) == 10);
        await rig.JetStream.AddPcgElasticMembersAsync(rig.Stream, "cg", ["m1"], rig.Cancel);
        var record = new HandledMessages();
        await using var one = Instance.Elastic(rig, "m1", record, "m1");
        await record.CountAsync(25, rig.Cancel);

        Assert.Equal(Enumerable.Range(0, 25), record.Handled.Select(entry => entry.Number).Order());
        Assert.All(record.Handled.GroupBy(entry => entry.Subject), key => Assert.Equal(key.Select(entry => entry.Number).Order(), key.Select(entry => entry.Number)));
        await one.StopAsync();
        Assert.Equal(0, await BufferedAsync(rig));
    }

    private static async Task<long> BufferedAsync(GroupRig rig) => (await rig.JetStream.GetStreamAsync($"{rig.Stream}-cg", cancellationToken: rig.Cancel)).Info.State.Messages;

    private static async Task<GroupRig> StartAsync(ITestServer server, bool isElastic)
    {
        GroupRig rig = await GroupRig.ConnectAsync(server);
        await rig.CreateStreamAsync(isElastic ? 0 : 4);
        if (isElastic)
        {
            await rig.JetStream.CreatePcgElasticAsync(rig.Stream, "cg", 4, [new($"{rig.Stream}.*", [1])], cancellationToken: rig.Cancel);
            await rig.JetStream.AddPcgElasticMembersAsync(rig.Stream, "cg", ["m1"], rig.Cancel);
        }
        else
        {
            await rig.JetStream.CreatePcgStaticAsync(rig.Stream, "cg", 4, [$"{rig.Stream}.*"], ["m1"], cancellationToken: rig.Cancel);
        }

        return rig;
    }

    private static async Task StepDownAsync(GroupRig rig, string call) =>
        await rig.Connection.RequestAsync<string, string>($"$JS.API.{call}", "", cancellationToken: rig.Cancel);

    // A new cluster, and a stream whose leader has just stepped down, temporarily have no leader.
    private static Task RetryAsync(GroupRig rig, Func<Task> action) => rig.UntilAsync(async () =>
    {
        try
        {
            await action();
            return true;
        }
        catch (NatsException) when (!rig.Cancel.IsCancellationRequested)
        {
            return false;
        }
    });
}
