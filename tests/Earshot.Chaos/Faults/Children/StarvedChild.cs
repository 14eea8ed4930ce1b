using System.Diagnostics;
using Earshot.Chaos.Core;

namespace Earshot.Chaos.Faults;

/// <summary>A client with default options in a process whose pool has two threads, both of them blocked for 30 s.</summary>
internal static class StarvedChild
{
    public const string Traffic = "chaos.traffic";
    private const int Threads = 2; // the least that the pool accepts on a machine with two processors
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(string url, ChaosTable table, CancellationToken cancellationToken)
    {
        var connection = new NatsConnection(new NatsOpts { Url = url });
        var journal = new JournalAudit(connection);
        await using INatsSub<byte[]> sub = await connection.SubscribeCoreAsync<byte[]>(Traffic, cancellationToken: cancellationToken);
        await sub.Msgs.ReadAsync(cancellationToken);
        TimeSpan before = await connection.PingAsync(cancellationToken);

        using var blocked = new ManualResetEventSlim();
        int threads = Math.Max(Threads, Environment.ProcessorCount);
        ThreadPool.SetMinThreads(threads, threads);
        ThreadPool.SetMaxThreads(threads, threads);
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < threads; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => blocked.Wait(), null);
        }

        var free = new Thread(() =>
        {
            using var never = new ManualResetEventSlim();
            never.Wait(s_duration);
            blocked.Set();
        });
        free.Start();
        Task<TimeSpan> ping = connection.PingAsync(CancellationToken.None).AsTask(); // its PONG waits as well
        await ((Task)ping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        TimeSpan answered = Stopwatch.GetElapsedTime(started);
        TimeSpan next = await Moments.MeasureAsync(connection.PingAsync(cancellationToken).AsTask(), cancellationToken);
        long delivered = sub.Stats.Delivered + sub.Stats.PendingMessages + sub.Stats.Dropped;
        await Task.Delay(TimeSpan.FromSeconds(10), cancellationToken); // a false verdict would come from the checks that follow
        bool receives = sub.Stats.Delivered + sub.Stats.PendingMessages + sub.Stats.Dropped > delivered;
        await connection.DisposeAsync();
        int violations = (await journal.ValidateAsync()).Count;
        table.None("F27 sessions lost", journal.Of<NatsReconnectingEvent>().Count());
        table.Tell("F27 PING before", FormattableString.Invariant($"{before.TotalMilliseconds:0.0} ms"));
        table.Tell("F27 PING sent while no thread was free", FormattableString.Invariant($"{(ping.IsFaulted ? "timed out" : "answered")} after {answered.TotalSeconds:0.0} s"));
        table.AtMost("F27 PING after the threads were free again", next, TimeSpan.FromSeconds(1));
        table.None("F27 subscriptions that receive nothing afterwards", receives ? 0 : 1);
        table.Tell("F27 pauses reported", string.Join(", ", journal.Of<NatsProcessStalledEvent>().Select(e => FormattableString.Invariant($"{e.StallKind} {e.Duration.TotalSeconds:0.0} s"))));
        table.None("F27 journal violations", violations);
    }
}
