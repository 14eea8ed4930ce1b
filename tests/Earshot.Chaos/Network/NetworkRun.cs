using System.Diagnostics;
using System.Globalization;
using Earshot.Chaos.Core;

namespace Earshot.Chaos.Network;

/// <summary>Faults of a real network: packets that are dropped both ways, one way or at random, and addresses that no machine has.</summary>
internal static class NetworkRun
{
    private const int DeadServers = 4;
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string only, CancellationToken cancellationToken)
    {
        await using NetworkLab lab = await NetworkLab.StartAsync(cancellationToken);
        var table = new ChaosTable();
        foreach (NetworkScenario scenario in NetworkScenario.All.Where(scenario => scenario.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{scenario.Name}, for {scenario.Lasts.TotalSeconds} s ..."));
            await RunAsync(lab, scenario, table, cancellationToken);
        }

        if ("F12 servers that are not reachable".Contains(only, StringComparison.OrdinalIgnoreCase))
        {
            Console.WriteLine("F12 servers that are not reachable ...");
            await ConnectAsync(lab, 1, TimeSpan.FromSeconds(0.35), table, cancellationToken);
            await ConnectAsync(lab, DeadServers, TimeSpan.FromSeconds(1.1), table, cancellationToken);
        }

        await table.PrintAsync(Console.Out);
        return table.Holds ? 0 : 1;
    }

    private static async Task RunAsync(NetworkLab lab, NetworkScenario scenario, ChaosTable table, CancellationToken cancellationToken)
    {
        var ledger = new Ledger(auditors: 1);
        using var auditing = new CancellationTokenSource();
        Task audit = new Core.Auditor(0, lab.Auditors, [ledger], new RunClock()).RunAsync(auditing.Token);
        var connection = new NatsConnection(new NatsOpts { Url = lab.Url });
        await connection.ConnectAsync(cancellationToken);
        var publisher = new ChaosPublisher(0, connection, ledger);
        using var traffic = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task publishing = scenario.IsBusy ? publisher.RunAsync(traffic.Token) : Task.CompletedTask;
        await Task.Delay(s_settle, cancellationToken);

        Task<NatsDisconnectedEvent> lost = connection.Events.WhenAsync<NatsDisconnectedEvent>(after: 0, cancellationToken);
        Task<NatsReconnectedEvent> back = connection.Events.WhenAsync<NatsReconnectedEvent>(after: 0, cancellationToken);
        long broken = Stopwatch.GetTimestamp();
        await scenario.Break(lab, cancellationToken);
        var lasts = Task.Delay(scenario.Lasts, cancellationToken);
        await Task.WhenAny(lasts, lost);
        TimeSpan detected = Stopwatch.GetElapsedTime(broken);
        await lasts;
        long healed = Stopwatch.GetTimestamp();
        await lab.HealAsync(cancellationToken);
        if (scenario.Survives)
        {
            await Task.Delay(s_settle, cancellationToken);
            table.None($"{scenario.Name}: sessions lost", lost.IsCompleted ? 1 : 0);
        }
        else
        {
            table.AtMost($"{scenario.Name}: noticed", lost.IsCompleted ? detected : s_limit, scenario.Detected);
            await ((Task)back).WaitAsync(s_limit, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            table.AtMost($"{scenario.Name}: a new session after its end", back.IsCompletedSuccessfully ? Stopwatch.GetElapsedTime(healed) : s_limit, NetworkScenario.Recovered);
        }

        await traffic.CancelAsync();
        await publishing;
        if (scenario.IsBusy)
        {
            await AuditAsync(scenario, publisher, ledger, table, cancellationToken);
        }

        await connection.DisposeAsync();
        table.None($"{scenario.Name}: journal violations", (await publisher.Journal.ValidateAsync()).Count);
        await auditing.CancelAsync();
        await audit;
    }

    private static async Task AuditAsync(NetworkScenario scenario, ChaosPublisher publisher, Ledger ledger, ChaosTable table, CancellationToken cancellationToken)
    {
        while (!await publisher.FlushAsync())
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        await Task.Delay(s_settle, cancellationToken); // the auditor reads what is in its socket
        long[] all = [.. Enumerable.Range(0, (int)ledger.Count).Select(i => (long)i)];
        table.Tell($"{scenario.Name}: publishes, reported as unknown", $"{ledger.Count}, {all.Count(i => ledger.FateOf(i) == PublishOutcome.ReportedUnknown)}");
        table.None($"{scenario.Name}: confirmed and lost", all.Count(i => ledger.FateOf(i) == PublishOutcome.Confirmed && !ledger.WasSeen(i)));
        table.None($"{scenario.Name}: neither confirmed nor reported", all.Count(i => ledger.FateOf(i) == PublishOutcome.Accepted));
        table.None($"{scenario.Name}: delivered twice", all.Count(ledger.WasSeenTwice));
    }

    private static async Task ConnectAsync(NetworkLab lab, int dead, TimeSpan bound, ChaosTable table, CancellationToken cancellationToken)
    {
        string[] urls = [.. Enumerable.Range(1, dead).Select(NetworkLab.Unreachable), lab.Url];
        await using var connection = new NatsConnection(new NatsOpts { Url = string.Join(',', urls), NoRandomize = true });
        long started = Stopwatch.GetTimestamp();
        await connection.ConnectAsync(cancellationToken);
        table.AtMost($"F12 {dead} of {dead + 1} servers do not answer: connected", Stopwatch.GetElapsedTime(started), bound);
    }
}
