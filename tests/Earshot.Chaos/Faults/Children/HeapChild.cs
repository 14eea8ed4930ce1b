using System.Globalization;
using Earshot.Chaos.Core;

namespace Earshot.Chaos.Faults;

/// <summary>A client with 10,000 subscriptions that are not read, in a process whose heap is limited, and a reader that needs more memory than that.</summary>
internal static class HeapChild
{
    private const int Subscriptions = 10_000;
    private const int Messages = 60;
    private const int Queue = 4;
    private const int TooMuch = 128 * 1024 * 1024;

    public static async Task RunAsync(string url, ChaosTable table, CancellationToken cancellationToken)
    {
        var opts = new NatsOpts { Url = url, SubPendingChannelCapacity = Queue, CommandTimeout = TimeSpan.FromSeconds(60) };
        var connection = new NatsConnection(opts);
        var journal = new JournalAudit(connection);
        await connection.ConnectAsync(cancellationToken);
        var subs = new INatsSub<byte[]>[Subscriptions];
        for (int i = 0; i < subs.Length; i++)
        {
            subs[i] = await connection.SubscribeCoreAsync<byte[]>("chaos.heap", cancellationToken: cancellationToken);
        }

        await using INatsSub<int> greedy = await connection.SubscribeCoreAsync<int>("chaos.greedy", cancellationToken: cancellationToken);
        await connection.PingAsync(cancellationToken);
        long idle = GC.GetTotalMemory(forceFullCollection: true);
        await using var sender = new NatsConnection(opts);
        for (int i = 0; i < Messages; i++)
        {
            await sender.PublishAsync("chaos.heap", new byte[16], cancellationToken: cancellationToken);
            await sender.PingAsync(cancellationToken);
            await connection.PingAsync(cancellationToken); // behind all of them
        }

        int outOfMemory = await ReadGreedilyAsync(sender, greedy, cancellationToken);
        long accounted = subs.Sum(sub => sub.Stats.Delivered + sub.Stats.PendingMessages + sub.Stats.Dropped);
        long dropped = subs.Sum(sub => sub.Stats.Dropped);
        long waiting = subs.Max(sub => sub.Stats.PendingMessages);
        long heap = GC.GetTotalMemory(forceFullCollection: false);
        await connection.DisposeAsync();
        await journal.ValidateAsync(); // the queue of events is bounded too, and what it dropped is counted
        table.None("F30 sessions lost", journal.Of<NatsReconnectingEvent>().Count());
        table.All("F30 messages received, waiting or dropped", (int)accounted, Subscriptions * Messages);
        table.Tell("F30 dropped, and events about it", string.Create(CultureInfo.InvariantCulture, $"{dropped}, {journal.Of<NatsSlowConsumerEvent>().Count()}"));
        table.None("F30 drops without an event", dropped > 0 && !journal.Of<NatsSlowConsumerEvent>().Any() ? 1 : 0);
        table.AtMost("F30 most messages that wait in one subscription", waiting, Queue);
        table.All("F30 handlers that ran out of memory, and the messages they were for", outOfMemory, Messages);
        await LargeMessage.ReceiveAsync(url, table, cancellationToken);
        table.Tell("F30 heap before the messages and at the end", string.Create(CultureInfo.InvariantCulture, $"{idle / 1024 / 1024}, {heap / 1024 / 1024} MiB of 64"));
    }

    // Every message is read although the handler of each fails: the heap cannot hold this array.
    private static async Task<int> ReadGreedilyAsync(NatsConnection sender, INatsSub<int> sub, CancellationToken cancellationToken)
    {
        int failures = 0;
        for (int i = 0; i < Messages; i++)
        {
            await sender.PublishAsync("chaos.greedy", i, cancellationToken: cancellationToken);
            NatsMsg<int> message = await sub.Msgs.ReadAsync(cancellationToken);
            try
            {
                GC.KeepAlive(new byte[TooMuch]);
            }
            catch (OutOfMemoryException)
            {
                failures += message.Data == i ? 1 : 0;
            }
        }

        return failures;
    }
}
