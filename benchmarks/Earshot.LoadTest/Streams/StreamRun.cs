using Earshot.LoadTest.Opponents;

namespace Earshot.LoadTest.Streams;

/// <summary>The workloads of JetStream: the raw socket and the client take turns within each round, on one server with a stream in memory.</summary>
internal static class StreamRun
{
    private static readonly Func<IStreamClient>[] s_clients = [static () => new RawStreamClient(), static () => new EarshotStreamClient()];

    public static async Task<IReadOnlyList<Row>> RunAsync(LoadTestOptions options)
    {
        string folder = Directory.CreateTempSubdirectory("earshot-load-").FullName;
        try
        {
            using NatsServerProcess server = await NatsServerProcess.StartAsync(options.NatsServer!, "-js", "-sd", folder);
            var rows = new List<Row>();
            foreach (string? name in options.Workloads.Where(StreamWorkload.Names.Contains))
            {
                foreach (int size in options.SizesOf(name))
                {
                    rows.AddRange(await MeasureAsync(name, size, server, options));
                }
            }

            return rows;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<IEnumerable<Row>> MeasureAsync(string name, int size, NatsServerProcess server, LoadTestOptions options)
    {
        var runs = new Dictionary<string, List<Measurement>>();
        for (int round = 0; round < options.Runs; round++)
        {
            foreach (Func<IStreamClient> create in s_clients)
            {
                await using IStreamClient client = create();
                await Console.Error.WriteLineAsync($"{name}, {size} B, {client.Name}, run {round + 1} of {options.Runs}");
                GC.Collect();
                GC.WaitForPendingFinalizers();
                TimeSpan warmUp = round == 0 ? LoadTestOptions.FirstWarmUp : options.WarmUp;
                Measurement run = await Task.Run(() => new StreamWorkload(name, size, server).RunAsync(client, warmUp, options.Measured));
                (runs.TryGetValue(client.Name, out List<Measurement>? list) ? list : runs[client.Name] = []).Add(run);
            }
        }

        double raw = Measurement.Median(runs[RawLimit.RawName]).Rate;
        return runs.Select(pair => (pair.Key, Median: Measurement.Median(pair.Value)))
            .Select(result => new Row(name, "nats-server", size, result.Key, result.Median, result.Median.Rate / raw) { IsReference = result.Key == RawLimit.RawName });
    }
}
