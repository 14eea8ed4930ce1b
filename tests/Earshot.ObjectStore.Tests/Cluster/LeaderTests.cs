using Earshot.JetStream;
using Earshot.JetStream.Tests.Kit;
using Earshot.ObjectStore.Tests.Kit;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.ObjectStore.Tests.Cluster;

/// <summary>Puts and gets in a bucket with three replicas whose leader is killed in the middle.</summary>
[OnlyReal(Because.ItNeedsSeveralServers)]
public sealed class LeaderTests
{
    private const int Chunk = 128 * 1024;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(8);

    [Fact]
    [Trait("Duration", "Long")]
    public async Task Put_and_get_survive_the_kill_of_the_leader()
    {
        await using NatsCluster cluster = await NatsCluster.StartAsync(3, _ => new NatsServerSetup { JetStream = true }, TestContext.Current.CancellationToken);
        await using ObjRig rig = await ObjRig.ConnectAsync(cluster.Nodes[0], opts: ObjRig.Quick, limit: s_limit);
        INatsObjStore store = await CreateAsync(rig);
        for (int i = 0; i < 50; i++) // the consumer of a get may be on a replica that does not have all chunks yet
        {
            await store.PutAsync("small", ObjRig.Bytes(4 * Chunk, seed: i), rig.Cancel);
            Assert.Equal(ObjRig.Bytes(4 * Chunk, seed: i), await store.GetBytesAsync("small", rig.Cancel));
        }

        await store.DeleteAsync("small", rig.Cancel);
        for (int round = 0; round < 3; round++)
        {
            await using var source = new HookedStream(200 * Chunk) { Hook = (done, _) => done == 100 * Chunk ? KillLeaderAsync(cluster, rig) : default };
            ObjectMetadata info = await store.PutAsync("a", source, cancellationToken: rig.Cancel);
            await cluster.StartAllAsync(rig.Cancel);
            await rig.ReplicatedAsync();
            Assert.Equal(200u, info.Chunks);
            Assert.Equal(202, await rig.MessagesAsync()); // of this object, of no other, and the mark of the small one

            await using var target = new HookedStream { Hook = (done, _) => done == 100 * Chunk ? KillLeaderAsync(cluster, rig) : default };
            await store.GetAsync("a", target, cancellationToken: rig.Cancel); // its digest is checked
            Assert.Equal(200 * Chunk, target.Done);
            await cluster.StartAllAsync(rig.Cancel);
            await rig.ReplicatedAsync();
        }
    }

    private static async ValueTask KillLeaderAsync(NatsCluster cluster, ObjRig rig)
    {
        NatsServerProcess leader = await cluster.LeaderAsync(rig.JetStream, rig.Stream, rig.Cancel);
        await leader.KillAsync(rig.Cancel);
    }

    // A new cluster temporarily has no leader.
    private static async Task<INatsObjStore> CreateAsync(ObjRig rig)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while (true)
        {
            try
            {
                return await rig.CreateAsync(config => config with { NumberOfReplicas = 3, Storage = NatsObjStorageType.File });
            }
            catch (NatsJSException) when (!rig.Cancel.IsCancellationRequested)
            {
                await again.WaitForNextTickAsync(rig.Cancel);
            }
        }
    }
}
