using System.Globalization;
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
            (string Name, int Size)[] cases = [.. from name in options.Workloads.Where(StreamWorkload.Names.Contains) from size in options.SizesOf(name) select (name, size)];
            foreach ((int number, (string? name, int size)) in cases.Index())
            {
                rows.AddRange(await MeasureAsync(new StreamWorkload(name, size, server.Port), options, $"[{number + 1} of {cases.Length}] {name}, {size} B"));
            }

            return rows;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<List<Row>> MeasureAsync(StreamWorkload workload, LoadTestOptions options, string place)
    {
        var runs = new Dictionary<string, List<Measurement>>();
        for (int round = 0; round < options.Runs; round++)
        {
            foreach (Func<IStreamClient> create in s_clients)
            {
                await using IStreamClient client = create();
                TimeSpan warmUp = round == 0 ? LoadTestOptions.FirstWarmUp : options.WarmUp;
                if (workload.MessagesToFill(warmUp, options.Measured) is > 1 and int messages)
                {
                    await Console.Error.WriteLineAsync($"{place}, filling a stream with {messages} messages");
                }

                await Task.Run(() => workload.PrepareAsync(warmUp, options.Measured));
                await Console.Error.WriteLineAsync($"{place}, {client.Name}, run {round + 1} of {options.Runs}");
                GC.Collect();
                GC.WaitForPendingFinalizers();
                Measurement run = await Task.Run(() => workload.RunAsync(client, warmUp, options.Measured));
                (runs.TryGetValue(client.Name, out List<Measurement>? list) ? list : runs[client.Name] = []).Add(run);
            }
        }

        double raw = Measurement.Median(runs[RawLimit.RawName]).Rate;
        List<Row> rows = [.. runs.Select(pair => (pair.Key, Median: Measurement.Median(pair.Value)))
            .Select(result => new Row(workload.Name, "nats-server", workload.Size, result.Key, result.Median, result.Median.Rate / raw) { IsReference = result.Key == RawLimit.RawName })];
        await Console.Error.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{place}: {string.Join(", ", rows.Select(row => $"{row.Client} {row.Median.Rate:0}/s {row.ShareOfRaw:0%}"))}"));
        return rows;
    }
}
