using Earshot.KeyValueStore.Tests.Kit;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.KeyValueStore.Tests.Cluster;

/// <summary>Buckets with three replicas, of which any may be behind.</summary>
[OnlyReal(Because.ItNeedsSeveralServers)]
public sealed class ReplicaTests
{
    [Fact]
    [Trait("Duration", "Long")]
    public async Task Reads_of_the_leader_and_creations_see_every_write_that_was_acknowledged()
    {
        await using NatsCluster cluster = await NatsCluster.StartAsync(3, _ => new NatsServerSetup { JetStream = true }, TestContext.Current.CancellationToken);
        await using KVRig rig = await KVRig.ConnectAsync(cluster.Nodes[0]);
        INatsKVStore any = await rig.CreateReplicatedAsync(config => config with { Storage = NatsKVStorageType.Memory });
        for (int i = 0; i < 100; i++)
        {
            await any.CreateAsync("k", i, cancellationToken: rig.Cancel);
            await any.DeleteAsync("k", cancellationToken: rig.Cancel);
        }

        INatsKVStore leader = await rig.Context.UpdateStoreAsync(rig.Config() with { NumberOfReplicas = 3, AllowDirect = false }, rig.Cancel);
        for (int i = 0; i < 300; i++)
        {
            await leader.PutAsync("k", i, cancellationToken: rig.Cancel);
            Assert.Equal(i, (await leader.GetEntryAsync<int>("k", cancellationToken: rig.Cancel)).Value);
        }
    }
}
