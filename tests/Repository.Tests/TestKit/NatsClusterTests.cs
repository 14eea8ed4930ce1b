using Earshot.RealServer;
using Xunit;

namespace Repository.Tests.TestKit;

/// <summary>A cluster of real servers: the routes between its nodes, as advertised to a client.</summary>
public sealed class NatsClusterTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nodes_of_a_formed_cluster_advertise_each_other_while_nodes_are_added_and_removed()
    {
        await using NatsCluster cluster = await NatsCluster.StartAsync(2, cancellationToken: Cancel);
        Assert.Equal(["n1", "n2"], cluster.Nodes.Select(node => node.Name));
        Assert.All(cluster.Nodes, node => Assert.Contains($":{node.Port}", cluster.Urls, StringComparison.Ordinal));
        NatsServerProcess added = await cluster.AddNodeAsync(Cancel);
        await cluster.WaitUntilFormedAsync(Cancel);
        Assert.Contains($"127.0.0.1:{added.Port}", await InfoAsync(cluster.Nodes[0]), StringComparison.Ordinal);
        await cluster.RemoveNodeAsync(added, Cancel);
        Assert.Equal(2, cluster.Nodes.Count);
        await cluster.WaitUntilFormedAsync(Cancel);
    }

    [Fact]
    public async Task A_cluster_that_was_down_forms_again_on_the_same_ports()
    {
        await using NatsCluster cluster = await NatsCluster.StartAsync(3, cancellationToken: Cancel);
        string urls = cluster.Urls;
        await cluster.StopAllAsync(Cancel);
        Assert.All(cluster.Nodes, node => Assert.False(node.IsRunning));
        await cluster.StartAllAsync(Cancel);
        Assert.Equal(urls, cluster.Urls);
        string info = await InfoAsync(cluster.Nodes[2]);
        Assert.All(cluster.Nodes, node => Assert.Contains($"127.0.0.1:{node.Port}", info, StringComparison.Ordinal));
    }

    private static async Task<string> InfoAsync(NatsServerProcess server)
    {
        using RawConnection connection = await RawConnection.OpenAsync(server.Port, Cancel);
        return await connection.ReadLineAsync(Cancel) ?? "";
    }
}
