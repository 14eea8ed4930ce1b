using System.Diagnostics;
using Earshot.LoadTest.Opponents;

namespace Earshot.LoadTest.Sizes;

/// <summary>
/// Appends events to the journal of an open connection, some each millisecond, and measures what the process used for them; what it uses
/// for the same number of empty milliseconds is subtracted. The event has the severity Debug and is not coalescable.
/// </summary>
internal sealed class EventMeter(int perTick, int ticks)
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(100);

    public int PerTick => perTick;

    public async Task<EventCost> MeasureAsync(int handlers, bool hasLog)
    {
        using ReferenceClientProcess crowd = await ReferenceClientProcess.StartAsync("crowd");
        NatsOpts opts = ProcessSize.Options(crowd.Port);
        await using var nats = new NatsConnection(hasLog ? opts with { LoggerFactory = new QuietLog() } : opts);
        await nats.ConnectAsync();
        var round = new CountedRound();
        for (int i = 0; i < handlers; i++)
        {
            nats.Events.On<NatsServerInfoUpdatedEvent>(_ => round.Add());
        }

        Usage empty = await UseAsync(nats, round, 0, handlers);
        await UseAsync(nats, round, perTick, handlers);
        empty = empty.Least(await UseAsync(nats, round, 0, handlers));
        Usage used = await UseAsync(nats, round, perTick, handlers);
        double events = (double)perTick * ticks;
        return new EventCost(used.Append.TotalMicroseconds / events, (used.Cpu - empty.Cpu).TotalMicroseconds / events, (used.Bytes - empty.Bytes) / events);
    }

    // On a thread of its own, so that the pool is only used by what is measured.
    private Task<Usage> UseAsync(NatsConnection nats, CountedRound round, int events, int handlers) =>
        Task.Factory.StartNew(() => Use(nats, round, events, handlers), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private Usage Use(NatsConnection nats, CountedRound round, int events, int handlers)
    {
        var info = (NatsServerInfo)nats.ServerInfo!;
        using var never = new ManualResetEventSlim();
        var before = Snapshot.Take();
        TimeSpan appending = TimeSpan.Zero;
        for (int tick = 0; tick < ticks; tick++)
        {
            Task handled = events * handlers > 0 ? round.Begin(events * handlers) : Task.CompletedTask;
            long started = Stopwatch.GetTimestamp();
            for (int i = 0; i < events; i++)
            {
                nats.Port.Append(new NatsServerInfoUpdatedEvent { Old = info, New = info });
            }

            appending += Stopwatch.GetElapsedTime(started);
            handled.GetAwaiter().GetResult();
            never.Wait(s_tick);
        }

        never.Wait(s_settle);
        var after = Snapshot.Take();
        return new Usage(after.Cpu - before.Cpu, after.AllocatedBytes - before.AllocatedBytes, appending);
    }

    private readonly record struct Usage(TimeSpan Cpu, long Bytes, TimeSpan Append)
    {
        public Usage Least(Usage other) => new(Cpu < other.Cpu ? Cpu : other.Cpu, Math.Min(Bytes, other.Bytes), Append);
    }
}
