using System.Diagnostics;
using System.Globalization;

namespace Earshot.LoadTest.Sizes;

/// <summary>What this process holds at one moment.</summary>
internal static class ProcessSize
{
    private const int PageSize = 4096;

    /// <summary>Managed bytes that are really in use.</summary>
    public static long Managed()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }

    /// <summary>Resident bytes of the process, as the system counts them.</summary>
    public static long Resident() => OperatingSystem.IsLinux()
        ? long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], CultureInfo.InvariantCulture) * PageSize
        : Environment.WorkingSet;

    public static int Threads()
    {
        using var self = Process.GetCurrentProcess();
        return self.Threads.Count;
    }

    /// <summary>Default options for a server of this machine.</summary>
    public static NatsOpts Options(int port) => new() { Url = string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{port}") };

    /// <summary>Closes connections with <paramref name="parallelism"/> concurrent tasks.</summary>
    public static Task CloseAsync(NatsConnection[] connections, int parallelism) => Parallel.ForEachAsync(
        connections, new ParallelOptions { MaxDegreeOfParallelism = parallelism }, static async (connection, _) => await connection.DisposeAsync());

    /// <summary>Opens connections with <paramref name="parallelism"/> concurrent tasks, all with the same options, as an application would, or each with equal options of its own.</summary>
    public static async Task<NatsConnection[]> OpenAsync(int port, int count, int parallelism, bool haveOwnOptions = false)
    {
        NatsOpts opts = Options(port);
        var connections = new NatsConnection[count];
        int next = -1;
        await Task.WhenAll(Enumerable.Range(0, parallelism).Select(_ => Task.Run(OpenNextAsync)));
        return connections;

        async Task OpenNextAsync()
        {
            for (int at; (at = Interlocked.Increment(ref next)) < count;)
            {
                connections[at] = new NatsConnection(haveOwnOptions ? Options(port) : opts);
                await connections[at].ConnectAsync();
            }
        }
    }
}
