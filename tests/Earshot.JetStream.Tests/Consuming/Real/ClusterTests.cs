using Earshot.JetStream.Tests.Kit;
using Earshot.RealServer;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>Reads through the loss of a leader in a cluster of three real servers.</summary>
public sealed class ClusterTests
{
    [Fact]
    public async Task A_consume_lives_through_a_step_down_and_the_death_of_its_leader()
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
        Assert.True(consume.Counts.Inboxes > 1, "a change of leader begins again on a fresh inbox");

        NatsServerProcess leader = await AwayFromClientAsync(rig, cluster, consumer);
        await leader.KillAsync(rig.Cancel);
        await StoreAsync(rig, 3);

        Assert.Equal("3", (await ReadUntilAsync(messages, "3", rig.Cancel))[^1]);
        Assert.Equal(NatsJSConsumeState.Flowing, consume.State);
    }

    // A new cluster has no leader of its own for a moment.
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

    // Until it is acknowledged: without a leader no one listens.
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

    // The node that leads the consumer; when it is the client's own the lead is passed on first.
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
