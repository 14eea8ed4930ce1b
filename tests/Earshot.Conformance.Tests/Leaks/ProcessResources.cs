using System.Diagnostics;

namespace Earshot.Conformance.Tests.Leaks;

/// <summary>What this process holds: what connections may leave behind when they end.</summary>
/// <param name="Sockets">The open sockets; on systems that do not list them, all handles.</param>
/// <param name="Threads">The threads that do not belong to the pool.</param>
/// <param name="Timers">The timers that are set.</param>
/// <param name="Heap">The managed memory that is in use, in bytes.</param>
internal readonly record struct ProcessResources(int Sockets, int Threads, long Timers, long Heap)
{
    private const string OpenFiles = "/proc/self/fd";

    /// <summary>Counts after collections and finalizers, when the work that was queued before has ended.</summary>
    public static async Task<ProcessResources> CountAsync()
    {
        for (int i = 0; i < 3; i++)
        {
            await Task.Yield();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        using var process = Process.GetCurrentProcess();
        return new ProcessResources(
            CountSockets(process), process.Threads.Count - ThreadPool.ThreadCount, Timer.ActiveCount, GC.GetTotalMemory(forceFullCollection: true));
    }

    public override string ToString() => $"{Sockets} sockets, {Threads} threads, {Timers} timers, {Heap / 1024} KiB";

    // Other handles grow by themselves: the runtime opens assemblies when it needs them.
    private static int CountSockets(Process process) => Directory.Exists(OpenFiles)
        ? Directory.GetFiles(OpenFiles).Count(static file => new FileInfo(file).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true)
        : process.HandleCount;
}
