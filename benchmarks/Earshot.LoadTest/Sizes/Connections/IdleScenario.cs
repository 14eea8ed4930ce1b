using System.Diagnostics;
using Earshot.LoadTest.Opponents;

namespace Earshot.LoadTest.Sizes;

/// <summary>Ten thousand connections that do nothing: how long they take to open and what each of them holds.</summary>
internal static class IdleScenario
{
    private const int Connections = 10_000;
    private const int Parallelism = 64;

    public static async IAsyncEnumerable<Figure> RunAsync(string natsServer)
    {
        await WarmUpAsync();
        using ReferenceClientProcess doors = await ReferenceClientProcess.StartAsync("doors");

        (long managed, long resident, int threads) = (ProcessSize.Managed(), ProcessSize.Resident(), ProcessSize.Threads());
        long started = Stopwatch.GetTimestamp();
        NatsConnection[] connections = await ProcessSize.OpenAsync(doors.Port, Connections, Parallelism);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        long grown = ProcessSize.Resident();
        yield return new Figure($"{Connections:N0} connections opened, {Parallelism} in parallel", "s", elapsed.TotalSeconds, 2);
        yield return new Figure("threads more than before", "", ProcessSize.Threads() - threads, 0);
        yield return new Figure("resident, each, without a collection", "B", (double)(grown - resident) / Connections);
        yield return new Figure("managed, each", "B", (double)(ProcessSize.Managed() - managed) / Connections, 4096);
        yield return new Figure("resident, each, after a collection", "B", (double)(ProcessSize.Resident() - resident) / Connections, 12 * 1024);
        GC.KeepAlive(connections);
    }

    // Against an opponent that continues to answer, because closing waits for an answer.
    public static async Task WarmUpAsync()
    {
        using ReferenceClientProcess crowd = await ReferenceClientProcess.StartAsync("crowd");
        foreach (NatsConnection warm in await ProcessSize.OpenAsync(crowd.Port, 500, Parallelism))
        {
            await warm.DisposeAsync();
        }
    }
}
