using System.Runtime.InteropServices;
using Earshot.LoadTest.Opponents;
using Earshot.LoadTest.Servers;
using Earshot.LoadTest.Streams;
using Earshot.LoadTest.Workloads;

namespace Earshot.LoadTest;

/// <summary>
/// Runs every workload against every opponent for every size. The clients take turns within each round, so that a noisy
/// minute hits the raw limit and the client alike.
/// </summary>
internal static class LoadTestRun
{
    private static readonly Func<IWorkloadClient>[] s_clients =
    [
        static () => new RawLimit(),
        static () => new EarshotClient(),
    ];

    public static async Task<int> RunAsync(LoadTestOptions options)
    {
        using NatsServerProcess? server = options.NatsServer is { } path ? await NatsServerProcess.StartForPayloadsAsync(path, options.Sizes?.Max() ?? 0) : null;
        await Console.Out.WriteLineAsync(
            $"{RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} processors, "
            + $"{server?.Version ?? "no nats-server"}; medians of {options.Runs} interleaved runs of {options.Measured.TotalSeconds} s; "
            + "raw = bare sockets in this process; CPU and bytes are the client process's own.");
        await Console.Out.WriteLineAsync();

        (string Name, int Size, NatsServerProcess? Server)[] cases = Cases(options, server).ToArray();
        var rows = new List<Row>();
        foreach ((int number, (string? name, int size, NatsServerProcess? against)) in cases.Index())
        {
            rows.AddRange(await MeasureAsync(name, size, against, options, $"{number + 1} of {cases.Length}"));
        }

        if (server is not null && options.Workloads.Any(StreamWorkload.Names.Contains))
        {
            rows.AddRange(await StreamRun.RunAsync(options));
        }

        if (rows.Count > 0)
        {
            MarkdownTable.Print(Console.Out, rows);
        }

        if (server is not null && options.Workloads.Any(ServerRun.Workloads.Contains))
        {
            IReadOnlyList<Row> servers = await ServerRun.RunAsync(options, server);
            MarkdownTable.PrintServers(Console.Out, servers);
            rows.AddRange(servers);
        }

        if (server is not null && options.Workloads.Any(StreamServerRun.Workloads.Contains))
        {
            IReadOnlyList<Row> servers = await StreamServerRun.RunAsync(options);
            MarkdownTable.PrintServers(Console.Out, servers);
            rows.AddRange(servers);
        }

        return Baseline.Compare(options, BaselineShares.Of(rows)) ? 0 : 1;
    }

    private static IEnumerable<(string Name, int Size, NatsServerProcess? Server)> Cases(LoadTestOptions options, NatsServerProcess? server) =>
        from name in options.Workloads.Where(Workload.Names.Contains)
        from size in options.SizesOf(name)
        from against in server is null || !Workload.IsForServer(name) ? [null] : new[] { server, null }
        select (name, size, against);

    private static async Task<List<Row>> MeasureAsync(string name, int size, NatsServerProcess? server, LoadTestOptions options, string place)
    {
        var runs = new Dictionary<string, List<Measurement>>();
        string opponent = "";
        for (int round = 0; round < options.Runs; round++)
        {
            foreach (Func<IWorkloadClient> create in s_clients)
            {
                await using IWorkloadClient client = create();
                var workload = Workload.Create(name, size, server);
                opponent = workload.Opponent;
                await Console.Error.WriteLineAsync($"[{place}] {name}, {size} B, {opponent}, {client.Name}, run {round + 1} of {options.Runs}");

                // What one run leaves behind must not be collected in the next one's time.
                GC.Collect();
                GC.WaitForPendingFinalizers();
                TimeSpan warmUp = round == 0 ? LoadTestOptions.FirstWarmUp : options.WarmUp;
                Measurement run = await Task.Run(() => workload.RunAsync(client, warmUp, options.Measured));
                (runs.TryGetValue(client.Name, out List<Measurement>? list) ? list : runs[client.Name] = []).Add(run);
            }
        }

        double raw = Measurement.Median(runs[RawLimit.RawName]).Rate;
        return [.. runs.Select(pair => (pair.Key, Median: Measurement.Median(pair.Value)))
            .Select(result => new Row(name, opponent, size, result.Key, result.Median, result.Median.Rate / raw) { IsReference = result.Key == RawLimit.RawName })];
    }
}
