using System.Diagnostics;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Leaks;

/// <summary>What connections leave behind that end in all phases, in a process that does nothing else.</summary>
[OnlyReal(Because.ItCountsAllocations)]
public sealed class ConnectionLeakTests(Servers servers)
{
    private const int WarmUp = 270; // until pools and caches have their size
    private const int CollectorThreads = 1; // of the runtime, started by its first collection in the background
    private const int SharedTimers = 1; // one timer of the process for all connections
    private const long HeapGrowth = 1024 * 1024;

    private static readonly TimeSpan s_longestEnd = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public Task Connections_that_end_in_any_phase_leave_nothing_behind() => InChildAsync(nameof(Child_uses_450_connections));

    [Fact]
    [Trait("Duration", "Long")]
    public Task Ten_thousand_connections_leave_nothing_behind() => InChildAsync(nameof(Child_uses_10_000_connections));

    [Fact(Explicit = true)]
    public Task Child_uses_450_connections() => MeasureAsync(450);

    [Fact(Explicit = true)]
    public Task Child_uses_10_000_connections() => MeasureAsync(10_000);

    private static async Task InChildAsync(string test)
    {
        (int exitCode, string output) = await ChildRun.RunAsync(typeof(ConnectionLeakTests).GetMethod(test)!, Cancel);
        Assert.True(exitCode == 0, output);
    }

    private async Task MeasureAsync(int connections)
    {
        ProcessResources none = await ProcessResources.CountAsync();
        await UseAsync(0, WarmUp);
        ProcessResources before = await ProcessResources.CountAsync();
        await UseAsync(WarmUp, connections);
        ProcessResources after = await CountUntilAsync(count => count.Timers <= none.Timers + SharedTimers && count.Heap - before.Heap <= HeapGrowth);

        TestContext.Current.TestOutputHelper?.WriteLine($"without: {none}; before: {before}; after {connections} connections: {after}");
        Assert.True(after.Sockets <= before.Sockets, $"{before} before, {after} after");
        Assert.True(after.Threads <= before.Threads + CollectorThreads, $"{before} before, {after} after");
        Assert.True(after.Timers <= none.Timers + SharedTimers, $"{none} without connections, {after} after"); // the first ones may leave some, too
        Assert.True(after.Heap - before.Heap <= HeapGrowth, $"{before} before, {after} after");
    }

    // What the last connections have queued may still run and hold their buffers; what leaks stays.
    private static async Task<ProcessResources> CountUntilAsync(Predicate<ProcessResources> isGood)
    {
        ProcessResources count;
        for (long start = Stopwatch.GetTimestamp(); !isGood(count = await ProcessResources.CountAsync()) && Stopwatch.GetElapsedTime(start) < s_longestEnd;)
        {
        }

        return count;
    }

    private async Task UseAsync(int from, int count)
    {
        for (int i = from; i < from + count; i++)
        {
            await new ConnectionCycle(i, servers.Port, Cancel).RunAsync();
        }
    }
}
