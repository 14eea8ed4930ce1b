using Earshot.RealServer;
using Earshot.Testing;

namespace Earshot.Chaos.Core;

/// <summary>One fault after the other, chosen by the seed; each is over, and the cluster whole again, before the next begins.</summary>
internal sealed class FaultSchedule(ChaosCluster cluster, int seed, TextWriter output, RunClock clock)
{
    private readonly Random _random = new(seed);

    public SortedDictionary<string, int> Counts { get; } = new(StringComparer.Ordinal);

    /// <summary>When servers were killed, in milliseconds since the start: what they held they cannot have sent on.</summary>
    public List<(string Node, int Millisecond)> Kills { get; } = [];

    public async Task RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        (string Name, Func<ChaosNode, CancellationToken, Task> Act)[] faults =
        [
            ("reset", ResetAsync), ("cut", CutAsync), ("pause", PauseAsync), ("refuse", RefuseAsync),
            ("freeze", FreezeAsync), ("kill", KillAsync), ("lame duck", LameDuckAsync), ("reload", ReloadAsync),
        ];
        int until = (int)duration.TotalMilliseconds;
        while (clock.Millisecond < until && !cancellationToken.IsCancellationRequested)
        {
            await WaitAsync(500, 3000, cancellationToken);
            (string name, Func<ChaosNode, CancellationToken, Task> act) = faults[_random.Next(faults.Length)];
            ChaosNode node = cluster.Nodes[_random.Next(cluster.Nodes.Count)];
            await output.WriteLineAsync($"{TimeSpan.FromMilliseconds(clock.Millisecond):mm\\:ss\\.f} {name} {node.Name}");
            await act(node, cancellationToken);
            Counts[name] = Counts.GetValueOrDefault(name) + 1;
        }
    }

    private Task ResetAsync(ChaosNode node, CancellationToken cancellationToken)
    {
        node.Proxy.ResetAll();
        return Task.CompletedTask;
    }

    // In the middle of a frame, in either direction.
    private Task CutAsync(ChaosNode node, CancellationToken cancellationToken)
    {
        FaultDirection direction = _random.Next(2) == 0 ? node.Proxy.ToServer : node.Proxy.ToClient;
        direction.CutAfter(_random.Next(1, 4096));
        return Task.CompletedTask;
    }

    private async Task PauseAsync(ChaosNode node, CancellationToken cancellationToken)
    {
        FaultDirection direction = _random.Next(2) == 0 ? node.Proxy.ToServer : node.Proxy.ToClient;
        direction.Pause();
        try
        {
            await WaitAsync(200, 9000, cancellationToken);
        }
        finally
        {
            direction.Resume();
        }
    }

    private async Task RefuseAsync(ChaosNode node, CancellationToken cancellationToken)
    {
        node.Proxy.RefuseNew();
        node.Proxy.ResetAll();
        await WaitAsync(200, 3000, cancellationToken);
        node.Proxy.AcceptNew();
    }

    private async Task FreezeAsync(ChaosNode node, CancellationToken cancellationToken)
    {
        node.Server.Signal(ServerSignal.Freeze);
        try
        {
            await WaitAsync(200, 9000, cancellationToken);
        }
        finally
        {
            node.Server.Signal(ServerSignal.Continue);
        }

        await cluster.WaitUntilFormedAsync(cancellationToken);
    }

    private async Task KillAsync(ChaosNode node, CancellationToken cancellationToken)
    {
        Kills.Add((node.Name, clock.Millisecond));
        await node.Server.KillAsync(cancellationToken);
        await WaitAsync(100, 3000, cancellationToken);
        await node.Server.StartServerAsync(cancellationToken);
        await cluster.WaitUntilFormedAsync(cancellationToken);
    }

    private async Task LameDuckAsync(ChaosNode node, CancellationToken cancellationToken)
    {
        await node.Server.EnterLameDuckModeAsync(cancellationToken);
        await node.Server.WaitForExitAsync(cancellationToken);
        await node.Server.StartServerAsync(cancellationToken);
        await cluster.WaitUntilFormedAsync(cancellationToken);
    }

    private Task ReloadAsync(ChaosNode node, CancellationToken cancellationToken) =>
        node.Server.ReloadAsync(node.Server.Config, cancellationToken);

    private Task WaitAsync(int least, int most, CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMilliseconds(_random.Next(least, most)), TimeProvider.System, cancellationToken);
}
