using System.Net;

namespace Earshot.Chaos.Core;

/// <summary>Starts everything, injects faults for the given time, lets the connections recover, and evaluates the result.</summary>
internal static class CoreRun
{
    private const int Publishers = 3;
    private static readonly TimeSpan s_heal = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(ChaosOptions options, CancellationToken cancellationToken)
    {
        TextWriter output = Console.Out;
        await output.WriteLineAsync($"chaos core: {options.Duration.TotalMinutes:0.#} minutes over {options.Transport}, seed {options.Seed}; starting three servers ...");
        await using ChaosCluster cluster = await ChaosCluster.StartAsync(options.Transport, cancellationToken);
        var clock = new RunClock();
        var ledgers = Enumerable.Range(0, Publishers).Select(_ => new Ledger(cluster.Nodes.Count)).ToList();
        using var auditing = new CancellationTokenSource();
        var audits = cluster.Nodes.Select((node, i) => new Auditor(i, new IPEndPoint(IPAddress.Loopback, node.Server.Port), ledgers, clock).RunAsync(auditing.Token)).ToList();

        var connections = Enumerable.Range(0, Publishers + 1).Select(i => new NatsConnection(cluster.ClientOptions(i == Publishers ? "subscriber" : $"publisher {i}"))).ToList();
        var publishers = Enumerable.Range(0, Publishers).Select(i => new ChaosPublisher(i, connections[i], ledgers[i])).ToList();
        var subscriber = new ChaosSubscriber(connections[^1], Publishers, clock);
        var faults = new FaultSchedule(cluster, options.Seed, output, clock);
        using (var receiving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        using (var traffic = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            Task subscribed = subscriber.RunAsync(receiving.Token);
            var publishing = publishers.Select(publisher => publisher.RunAsync(traffic.Token)).ToList();
            await faults.RunAsync(options.Duration, cancellationToken);
            await output.WriteLineAsync("fault injection finished; flushing ...");
            await traffic.CancelAsync();
            await Task.WhenAll(publishing);
            await FlushAllAsync(publishers, cancellationToken);
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken); // auditors and subscriber read what is in their sockets
            await receiving.CancelAsync();
            await subscribed;
        }

        await auditing.CancelAsync();
        await Task.WhenAll(audits);
        foreach (NatsConnection connection in connections)
        {
            await connection.DisposeAsync();
        }

        return await new AuditReport(cluster, ledgers, publishers, subscriber) { Clock = clock, Faults = faults }.PrintAsync(output) ? 0 : 1;
    }

    private static async Task FlushAllAsync(IReadOnlyList<ChaosPublisher> publishers, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_heal);
        foreach (ChaosPublisher publisher in publishers)
        {
            while (!await publisher.FlushAsync())
            {
                limit.Token.ThrowIfCancellationRequested();
            }
        }
    }
}
