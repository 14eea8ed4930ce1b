using Earshot.LoadTest.Opponents;
using Earshot.LoadTest.Streams;

namespace Earshot.LoadTest.Servers;

/// <summary>
/// JetStream of the two servers next to each other, on one stream in memory and a bare socket: publishes with acknowledgements, and a
/// consumer whose messages are acknowledged. Both run all the time, and take turns within each round.
/// </summary>
internal static class StreamServerRun
{
    private const int StreamSize = 128;

    public static readonly string[] Workloads = ["stream-publish", "stream-consume"];

    public static async Task<IReadOnlyList<Row>> RunAsync(LoadTestOptions options)
    {
        string folder = Directory.CreateTempSubdirectory("earshot-load-").FullName;
        try
        {
            using NatsServerProcess process = await NatsServerProcess.StartAsync(options.NatsServer!, "-js", "-sd", folder);
            using ServerUnderTest ours = await ServerUnderTest.StartOursAsync("earshot-streams");
            ServerUnderTest[] servers = [ServerUnderTest.Of(process), ours];
            var rows = new List<Row>();
            foreach (string? name in options.Workloads.Where(Workloads.Contains))
            {
                foreach (int size in options.Sizes ?? [StreamSize])
                {
                    rows.AddRange(await MeasureAsync(name, size, servers, options));
                }
            }

            return rows;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<IEnumerable<Row>> MeasureAsync(string name, int size, ServerUnderTest[] servers, LoadTestOptions options)
    {
        string work = name == "stream-publish" ? "js-window" : "js-consume";
        Dictionary<string, List<Measurement>> runs = servers.ToDictionary(static server => server.Name, static _ => new List<Measurement>());
        for (int round = 0; round < options.Runs; round++)
        {
            foreach (ServerUnderTest server in servers)
            {
                await Console.Error.WriteLineAsync($"{name}, {size} B, {server.Name}, run {round + 1} of {options.Runs}");
                await using var client = new RawStreamClient();
                TimeSpan warmUp = round == 0 ? LoadTestOptions.FirstWarmUp : options.WarmUp;
                var workload = new StreamWorkload(work, size, server.Port);
                await workload.PrepareAsync(warmUp, options.Measured);
                runs[server.Name].Add(await workload.RunAsync(client, warmUp, options.Measured, () => server.Cpu));
            }
        }

        double reference = Measurement.Median(runs[ServerUnderTest.Reference]).Rate;
        return runs.Select(pair => (pair.Key, Median: Measurement.Median(pair.Value)))
            .Select(result => new Row(name, "raw sockets", size, result.Key, result.Median, result.Median.Rate / reference)
            {
                IsReference = result.Key == ServerUnderTest.Reference,
            });
    }
}
