using Earshot.JetStream.Tests.Kit;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Cluster;

/// <summary>Reads during the loss of a leader, in a cluster of three real servers.</summary>
[OnlyReal(Because.ItNeedsSeveralServers)]
public sealed class LeaderTests
{
    [Fact]
    public async Task Consume_continues_after_a_step_down_and_a_kill_of_its_leader()
    {
        await using NatsCluster cluster = await NatsCluster.StartAsync(3, _ => new NatsServerSetup { JetStream = true }, TestContext.Current.CancellationToken);
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(cluster.Nodes[0]);
        await CreateAsync(rig);
        INatsJSConsumer consumer = await rig.Context.CreateOrUpdateConsumerAsync(
            rig.Name, new ConsumerConfig("worker") { AckPolicy = ConsumerConfigAckPolicy.Explicit, AckWait = TimeSpan.FromSeconds(2) }, rig.Cancel);
        await using INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>(
            opts: new NatsJSConsumeOpts { Expires = TimeSpan.FromSeconds(4), IdleHeartbeat = TimeSpan.FromSeconds(1) }, cancellationToken: rig.Cancel);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(rig.Cancel);
        await StoreAsync(rig, 1);
        Assert.Equal(["1"], await ReadUntilAsync(messages, "1", rig.Cancel));

        await rig.AskAsync($"$JS.API.CONSUMER.LEADER.STEPDOWN.{rig.Name}.worker", "");
        await StoreAsync(rig, 2);
        Assert.Equal("2", (await ReadUntilAsync(messages, "2", rig.Cancel))[^1]);
        Assert.True(consume.Counts.Inboxes > 1, "a change of leader causes a new inbox");

        NatsServerProcess leader = await AwayFromClientAsync(rig, cluster, consumer);
        await leader.KillAsync(rig.Cancel);
        await StoreAsync(rig, 3);

        Assert.Equal("3", (await ReadUntilAsync(messages, "3", rig.Cancel))[^1]);
        Assert.Equal(NatsJSConsumeState.Flowing, consume.State);
    }

    [Fact]
    [Trait("Duration", "Long")]
    public async Task Durable_push_consumer_continues_after_a_step_down_and_a_kill_of_its_leader_and_reports_the_silence()
    {
        await using NatsCluster cluster = await NatsCluster.StartAsync(3, _ => new NatsServerSetup { JetStream = true }, TestContext.Current.CancellationToken);
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(cluster.Nodes[0]);
        await CreateAsync(rig);
        INatsJSPushConsumer consumer = await rig.Context.CreatePushConsumerAsync(
            rig.Name, new NatsJSPushConsumerOpts { DurableName = "worker", FlowControl = true, IdleHeartbeat = TimeSpan.FromMilliseconds(300), AckWait = TimeSpan.FromSeconds(2) }, rig.Cancel);
        await using INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(rig.Cancel);
        await StoreAsync(rig, 1);
        Assert.Equal(["1"], await ReadUntilAsync(messages, "1", rig.Cancel));
        await rig.AskAsync($"$JS.API.CONSUMER.LEADER.STEPDOWN.{rig.Name}.worker", "");
        await StoreAsync(rig, 2);
        Assert.Equal("2", (await ReadUntilAsync(messages, "2", rig.Cancel))[^1]);

        NatsServerProcess leader = await AwayFromClientAsync(rig, cluster, consumer);
        int before = rig.Connection.Events.ToList().OfType<NatsHeartbeatAlarmEvent>().Count();
        await leader.KillAsync(rig.Cancel);
        await StoreAsync(rig, 3);
        Assert.Equal("3", (await ReadUntilAsync(messages, "3", rig.Cancel))[^1]);

        NatsConnectionEvent[] told = [.. rig.Connection.Events.ToList()];
        Assert.True(told.OfType<NatsHeartbeatAlarmEvent>().Count() > before, "the silence before the election is reported");
        Assert.Equal(told.OfType<NatsConsumerStalledEvent>().Count(), told.OfType<NatsConsumerResumedEvent>().Count());
        Assert.Equal((NatsJSConsumeState.Flowing, 1), (consume.State, consume.Counts.Inboxes));
    }

    // A new cluster temporarily has no leader.
    private static async Task CreateAsync(JetStreamRig rig)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while (true)
        {
            try
            {
                await rig.CreateStreamAsync(config => config with { NumReplicas = 3, Storage = StreamConfigStorage.File });
                return;
            }
            catch (NatsJSException) when (!rig.Cancel.IsCancellationRequested)
            {
                await again.WaitForNextTickAsync(rig.Cancel);
            }
        }
    }

    // Repeated until it is acknowledged: without a leader there are no responders.
    private static async Task StoreAsync(JetStreamRig rig, int number)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        while (true)
        {
            try
            {
                NatsMsg<string> reply = await rig.Connection.RequestAsync<string, string>(
                    $"{rig.Name}.a", $"{number}", new NatsHeaders { ["Nats-Msg-Id"] = $"{number}" }, replyOpts: new NatsSubOpts { Timeout = TimeSpan.FromSeconds(1) }, cancellationToken: rig.Cancel);
                if (reply.Data is { } ack && !ack.Contains("error", StringComparison.Ordinal))
                {
                    return;
                }
            }
            catch (NatsException) when (!rig.Cancel.IsCancellationRequested)
            {
            }

            await again.WaitForNextTickAsync(rig.Cancel);
        }
    }

    // The node that leads the consumer. When the client is connected to it, it steps down first.
    private static async Task<NatsServerProcess> AwayFromClientAsync(JetStreamRig rig, NatsCluster cluster, INatsJSConsumer consumer)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while (true)
        {
            await consumer.RefreshAsync(rig.Cancel);
            NatsServerProcess? leader = cluster.Nodes.FirstOrDefault(node => node.Name == consumer.Info.Cluster?.Leader);
            if (leader is not null && leader != cluster.Nodes[0])
            {
                return leader;
            }

            await rig.AskAsync($"$JS.API.CONSUMER.LEADER.STEPDOWN.{rig.Name}.worker", "");
            await again.WaitForNextTickAsync(rig.Cancel);
        }
    }

    private static async Task<List<string>> ReadUntilAsync(IAsyncEnumerator<INatsJSMsg<string>> messages, string last, CancellationToken cancellationToken)
    {
        List<string> read = [];
        while (await messages.MoveNextAsync())
        {
            read.Add(messages.Current.Data!);
            await messages.Current.AckAsync(cancellationToken: cancellationToken);
            if (read[^1] == last)
            {
                break;
            }
        }

        return read;
    }
}
