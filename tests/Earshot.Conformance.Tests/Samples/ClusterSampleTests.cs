using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Samples;

/// <summary>The samples that need a cluster to show something.</summary>
[OnlyReal(Because.ItNeedsAServerProcess)]
public sealed class ClusterSampleTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Servers_discovered_prints_the_others_and_a_server_that_joins()
    {
        await using NatsCluster cluster = await NatsCluster.StartAsync(2, cancellationToken: Token);
        using var program = SampleProgram.Start("servers-discovered", cluster.Nodes[0].Url);
        await program.PrintedAsync($"Discovered servers: {cluster.Nodes[1].Url}", Token);

        NatsServerProcess third = await cluster.AddNodeAsync(Token);
        await program.PrintedAsync($"added: {third.Url}", Token);
    }

    [Fact]
    public async Task Lame_duck_prints_the_announcement_and_the_move()
    {
        await using NatsCluster cluster = await NatsCluster.StartAsync(2, cancellationToken: Token);
        using var program = SampleProgram.Start("lame-duck", cluster.Nodes[0].Url);
        await program.PrintedAsync("connected to n1; 2 server(s) in the pool", Token);

        await cluster.Nodes[0].EnterLameDuckModeAsync(Token);
        await program.EndAsync(Token);
        Assert.Contains(program.Lines, line => line.Contains("will shut down; others: 1", StringComparison.Ordinal));
        Assert.Contains("left: LameDuck, expected: True", program.Lines);
        Assert.Contains(program.Lines, line => line.StartsWith($"now on {cluster.Nodes[1].Url}", StringComparison.Ordinal));
    }
}
