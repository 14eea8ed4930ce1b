using Earshot.Chaos.Core;
using Earshot.RealServer;

namespace Earshot.Chaos.JetStream;

/// <summary>One fault after the other, chosen by the seed; each is over, and the cluster whole again, before the next begins.</summary>
internal sealed class ClusterFaults(NatsCluster cluster, LeaderWatch leaders, NatsConnection control, int seed, TextWriter output)
{
    private readonly Random _random = new(seed);

    public SortedDictionary<string, int> Counts { get; } = new(StringComparer.Ordinal);

    public async Task RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        // Most leaders step down or are killed (F19), some are those of all servers (F20), rarely all servers are killed (F21).
        (string Name, int Weight, Func<CancellationToken, Task> Act)[] faults =
        [
            ("step-down of the stream", 4, StepDownAsync), ("step-down of a consumer", 3, StepDownConsumerAsync), ("kill the leader", 5, KillLeaderAsync),
            ("kill the meta leader", 2, KillMetaLeaderAsync), ("freeze the leader", 2, FreezeAsync), ("restart", 2, RestartAsync), ("kill all", 1, KillAllAsync),
        ];
        (string Name, Func<CancellationToken, Task> Act)[] drawn = [.. faults.SelectMany(fault => Enumerable.Repeat((fault.Name, fault.Act), fault.Weight))];
        int until = (int)duration.TotalMilliseconds;
        while (leaders.Clock.Millisecond < until && !cancellationToken.IsCancellationRequested)
        {
            await WaitAsync(2000, 12_000, cancellationToken);
            (string name, Func<CancellationToken, Task> act) = drawn[_random.Next(drawn.Length)];
            await output.WriteLineAsync($"{RunClock.Text(leaders.Clock.Millisecond)} {name}");
            await act(cancellationToken);
            await cluster.WaitUntilFormedAsync(cancellationToken);
            Counts[name] = Counts.GetValueOrDefault(name) + 1;
        }
    }

    private Task StepDownAsync(CancellationToken cancellationToken) => AskAsync($"$JS.API.STREAM.LEADER.STEPDOWN.{ClusterRun.Stream}", cancellationToken);

    private Task StepDownConsumerAsync(CancellationToken cancellationToken) => AskAsync($"$JS.API.CONSUMER.LEADER.STEPDOWN.{ClusterRun.Stream}.{ClusterRun.Worker}", cancellationToken);

    private async Task AskAsync(string subject, CancellationToken cancellationToken)
    {
        try
        {
            await control.RequestAsync<string, string>(subject, "", cancellationToken: cancellationToken);
        }
        catch (NatsException e)
        {
            await output.WriteLineAsync($"  {e.Message}"); // between two leaders
        }
    }

    private async Task KillLeaderAsync(CancellationToken cancellationToken) => await KillAsync(await leaders.FindLeaderAsync(), cancellationToken);

    private async Task KillMetaLeaderAsync(CancellationToken cancellationToken) => await KillAsync(await leaders.FindMetaLeaderAsync(), cancellationToken);

    private async Task KillAsync(NatsServerProcess? node, CancellationToken cancellationToken)
    {
        node ??= cluster.Nodes[_random.Next(cluster.Nodes.Count)];
        await node.KillAsync(cancellationToken);
        await WaitAsync(100, 8000, cancellationToken);
        await node.StartServerAsync(cancellationToken);
    }

    private async Task FreezeAsync(CancellationToken cancellationToken)
    {
        NatsServerProcess node = await leaders.FindLeaderAsync() ?? cluster.Nodes[0];
        node.Signal(ServerSignal.Freeze);
        try
        {
            await WaitAsync(200, 9000, cancellationToken);
        }
        finally
        {
            node.Signal(ServerSignal.Continue);
        }
    }

    private Task RestartAsync(CancellationToken cancellationToken) => cluster.Nodes[_random.Next(cluster.Nodes.Count)].RestartAsync(cancellationToken);

    private async Task KillAllAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(cluster.Nodes.Select(node => node.KillAsync(cancellationToken)));
        await WaitAsync(100, 2000, cancellationToken);
        await cluster.StartAllAsync(cancellationToken);
    }

    private Task WaitAsync(int least, int most, CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMilliseconds(_random.Next(least, most)), TimeProvider.System, cancellationToken);
}
