using System.Diagnostics;
using Earshot.LoadTest.Opponents;

namespace Earshot.LoadTest.Sizes;

/// <summary>
/// Connections opened per second, 64 in parallel and one after the other, by a nats-server and by a server that does next to nothing; and what
/// the client uses for each, which hardly depends on what else the machine does.
/// </summary>
internal static class ConnectScenario
{
    private const int Parallel = 64;
    private const int Connections = 5_000;
    private const int OneByOne = 1_000;

    public static async IAsyncEnumerable<Figure> RunAsync(string natsServer)
    {
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < LoadTestOptions.FirstWarmUp)
        {
            await IdleScenario.WarmUpAsync(); // until its code is compiled for good
        }

        using (ReferenceClientProcess crowd = await ReferenceClientProcess.StartAsync("crowd"))
        {
            foreach (Figure figure in await MeasureAsync("bare server", crowd.Port, Connections, Parallel, haveOwnOptions: false))
            {
                yield return figure;
            }
        }

        using NatsServerProcess server = await NatsServerProcess.StartAsync(natsServer);
        foreach ((string against, int count, int parallelism, bool haveOwnOptions) in ((string, int, int, bool)[])
            [("nats-server", Connections, Parallel, false), ("nats-server, options of their own", Connections, Parallel, true), ("nats-server", OneByOne, 1, false)])
        {
            foreach (Figure figure in await MeasureAsync(against, server.Port, count, parallelism, haveOwnOptions))
            {
                yield return figure;
            }
        }
    }

    private static async Task<Figure[]> MeasureAsync(string against, int port, int count, int parallelism, bool haveOwnOptions)
    {
        ProcessSize.Managed();
        var before = Snapshot.Take();
        NatsConnection[] connections = await ProcessSize.OpenAsync(port, count, parallelism, haveOwnOptions);
        var after = Snapshot.Take();
        await ProcessSize.CloseAsync(connections, Parallel);
        string name = $"connects, {parallelism} in parallel, {against}";
        return
        [
            new Figure(name, "per second", count / Stopwatch.GetElapsedTime(before.Timestamp, after.Timestamp).TotalSeconds),
            new Figure($"{name}: processor time of the client for each", "us", (after.Cpu - before.Cpu).TotalMicroseconds / count),
            new Figure($"{name}: allocated for each", "B", (double)(after.AllocatedBytes - before.AllocatedBytes) / count),
            new Figure($"{name}: collections", "", after.Gen0 - before.Gen0),
        ];
    }
}
