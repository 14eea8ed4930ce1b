using System.Diagnostics;
using Earshot.LoadTest.Opponents;

namespace Earshot.LoadTest.Sizes;

/// <summary>
/// Ten thousand idle connections with the default interval of PINGs, against a server that answers them: the processor time that they use
/// for two intervals, so for two PINGs each.
/// </summary>
internal static class IdlePingsScenario
{
    private const int Connections = 10_000;
    private const int Parallelism = 64;
    private const int Intervals = 2;

    public static async IAsyncEnumerable<Figure> RunAsync(string natsServer)
    {
        await IdleScenario.WarmUpAsync();
        using ReferenceClientProcess crowd = await ReferenceClientProcess.StartAsync("crowd");
        NatsConnection[] connections = await ProcessSize.OpenAsync(crowd.Port, Connections, Parallelism);
        TimeSpan interval = NatsOpts.Default.PingInterval;

        // The first PINGs also compile their code.
        await Task.Delay(interval);
        (Snapshot before, TimeSpan opponent, long started) = (Snapshot.Take(), crowd.Cpu, Stopwatch.GetTimestamp());
        await Task.Delay(interval * Intervals);
        (Snapshot after, TimeSpan elapsed) = (Snapshot.Take(), Stopwatch.GetElapsedTime(started));
        double pings = Connections * (elapsed / interval);
        yield return new Figure("processor time", "% of a core", (after.Cpu - before.Cpu) / elapsed * 100, 2);
        yield return new Figure("processor time for each PING", "us", (after.Cpu - before.Cpu).TotalMicroseconds / pings);
        yield return new Figure("allocated for each PING", "B", (after.AllocatedBytes - before.AllocatedBytes) / pings);
        yield return new Figure("processor time of the server", "% of a core", (crowd.Cpu - opponent) / elapsed * 100);
        yield return new Figure("connections that are open at the end", "", connections.Count(static connection => connection.ConnectionState == NatsConnectionState.Open));
        await ProcessSize.CloseAsync(connections, Parallelism);
    }
}
