using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Earshot.RealServer;

namespace Earshot.Chaos.Storm;

/// <summary>
/// Many connections to one server that is killed and started again: how soon they are back, and how far apart they arrive. A client that
/// does not spread its attempts overloads the server that has just returned.
/// </summary>
internal static class StormRun
{
    private const double Back = 0.99; // the share of connections whose return is timed
    private static readonly TimeSpan s_downtime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_goal = TimeSpan.FromSeconds(10);
    private const int MostInOneSecond = 2500;

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(int count, CancellationToken cancellationToken)
    {
        var setup = new NatsServerSetup { Config = "max_connections: 100000\nwrite_deadline: \"30s\"" };
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(setup, cancellationToken);
        var connections = new NatsConnection[count];
        try
        {
            Console.WriteLine($"Opening {count} connections ...");
            var opts = new NatsOpts { Url = server.Url, MaxReconnectRetry = -1 };
            await Parallel.ForAsync(0, count, cancellationToken, async (i, cancel) =>
            {
                connections[i] = new NatsConnection(opts);
                await connections[i].ConnectAsync(cancel);
            });
            return await KillAsync(server, connections, cancellationToken);
        }
        finally
        {
            await Parallel.ForEachAsync(connections.Where(connection => connection is not null), CancellationToken.None, (connection, _) => connection.DisposeAsync());
        }
    }

    private static async Task<int> KillAsync(NatsServerProcess server, NatsConnection[] connections, CancellationToken cancellationToken)
    {
        var returns = new ConcurrentBag<long>();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int left = connections.Length;
        foreach (NatsConnection connection in connections)
        {
            _ = connection.Events.WhenAsync<NatsReconnectedEvent>(after: 0, cancellationToken).ContinueWith(
                _ =>
                {
                    returns.Add(Stopwatch.GetTimestamp());
                    if (Interlocked.Decrement(ref left) == 0)
                    {
                        done.TrySetResult();
                    }
                },
                cancellationToken, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        }

        Console.WriteLine($"Killing the server, and starting it again after {s_downtime.TotalSeconds} s ...");
        await server.KillAsync(cancellationToken);
        await Task.Delay(s_downtime, cancellationToken);
        long started = Stopwatch.GetTimestamp();
        await server.StartServerAsync(cancellationToken);
        while (!done.Task.IsCompleted && Stopwatch.GetElapsedTime(started) < s_limit)
        {
            await Task.WhenAny(done.Task, Task.Delay(TimeSpan.FromSeconds(1), cancellationToken));
            Console.WriteLine($"{Stopwatch.GetElapsedTime(started).TotalSeconds,5:0.0} s: {returns.Count} of {connections.Length} are back");
        }

        TimeSpan[] back = [.. returns.Select(at => Stopwatch.GetElapsedTime(started, at)).Order()];
        ChaosTable table = Report(back, connections.Length);
        await table.PrintAsync(Console.Out);
        return table.Holds ? 0 : 1;
    }

    private static ChaosTable Report(TimeSpan[] back, int count)
    {
        var table = new ChaosTable();
        table.All(string.Create(CultureInfo.InvariantCulture, $"connections that returned within {s_limit.TotalSeconds} s"), back.Length, count);
        if (back.Length == count)
        {
            table.AtMost(string.Create(CultureInfo.InvariantCulture, $"{Back:P0} are back after the start of the server"), back[(int)Math.Ceiling(count * Back) - 1], s_goal);
            table.Tell("the last one", string.Create(CultureInfo.InvariantCulture, $"{back[^1].TotalSeconds:0.0} s"));
            table.AtMost("most returns within one second", back.Max(from => back.Count(at => at >= from && at < from + TimeSpan.FromSeconds(1))), MostInOneSecond);
        }

        return table;
    }
}
