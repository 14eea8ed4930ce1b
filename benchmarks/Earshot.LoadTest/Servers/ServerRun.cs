using Earshot.LoadTest.Opponents;

namespace Earshot.LoadTest.Servers;

/// <summary>
/// The two servers next to each other: both run all the time, and take turns within each round. Counted is what subscribers got.
/// </summary>
internal static class ServerRun
{
    private const int FanOutSize = 128;

    public static readonly string[] Workloads = ["routing", "fan-out-1", "fan-out-10", "fan-out-100"];

    public static async Task<IReadOnlyList<Row>> RunAsync(LoadTestOptions options, NatsServerProcess reference)
    {
        using ServerUnderTest ours = await ServerUnderTest.StartOursAsync();
        ServerUnderTest[] servers = [ServerUnderTest.Of(reference), ours];
        var rows = new List<Row>();
        foreach (string? name in options.Workloads.Where(Workloads.Contains))
        {
            foreach (int size in options.Sizes ?? (name == "routing" ? [16, 128, 1024, 16384] : [FanOutSize]))
            {
                rows.AddRange(await MeasureAsync(name, size, servers, options));
            }
        }

        return rows;
    }

    private static async Task<IEnumerable<Row>> MeasureAsync(string name, int size, ServerUnderTest[] servers, LoadTestOptions options)
    {
        Dictionary<string, List<Measurement>> runs = servers.ToDictionary(static server => server.Name, static _ => new List<Measurement>());
        for (int round = 0; round < options.Runs; round++)
        {
            foreach (ServerUnderTest server in servers)
            {
                await Console.Error.WriteLineAsync($"{name}, {size} B, {server.Name}, run {round + 1} of {options.Runs}");
                runs[server.Name].Add(await RunOnceAsync(name, size, server, options));
            }
        }

        double reference = Measurement.Median(runs[ServerUnderTest.Reference]).Rate;
        return runs.Select(pair => (pair.Key, Median: Measurement.Median(pair.Value)))
            .Select(result => new Row(name, "raw sockets", size, result.Key, result.Median, result.Median.Rate / reference)
            {
                IsReference = result.Key == ServerUnderTest.Reference,
            });
    }

    private static async Task<Measurement> RunOnceAsync(string name, int size, ServerUnderTest server, LoadTestOptions options)
    {
        using var fanOut = new FanOut(server.Port, size, Subscribers(name));
        var progress = new Progress();
        Task running = fanOut.RunAsync(progress);
        await await Task.WhenAny(running, Task.Delay(options.WarmUp));
        (Snapshot start, long before) = (Snapshot.Take(server.Cpu), progress.Count);
        await await Task.WhenAny(running, Task.Delay(options.Measured));
        var run = Measurement.Between(start, Snapshot.Take(server.Cpu), progress.Count - before);
        progress.Stop();
        await running;
        return run;
    }

    private static int Subscribers(string name) => name switch
    {
        "fan-out-10" => 10,
        "fan-out-100" => 100,
        _ => 1,
    };
}
