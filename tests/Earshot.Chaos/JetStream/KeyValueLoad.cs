using System.Globalization;
using Earshot.Chaos.Core;
using Earshot.KeyValueStore;

namespace Earshot.Chaos.JetStream;

/// <summary>
/// Two clients increment one key with compare-and-set, and a third one watches it. In the end the value is the number of acknowledged
/// increments, plus at most those with an unknown outcome; the watch never goes back and has the last value.
/// </summary>
internal sealed class KeyValueLoad
{
    private const string Bucket = "COUNTERS";
    private const string Key = "visits";
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    private readonly NatsConnection[] _writers;
    private readonly INatsKVWatch<long> _watch;
    private readonly JournalAudit _journal;
    private long _acked;
    private long _unknown;
    private long _refused;
    private long _watched;
    private ulong _lastRevision;
    private int _steppedBack;
    private string? _failure;

    private KeyValueLoad(NatsConnection[] writers, NatsConnection watcher, INatsKVWatch<long> watch) => (_writers, _watch, _journal) = (writers, watch, new JournalAudit(watcher));

    public static async Task<KeyValueLoad> StartAsync(NatsConnection[] writers, NatsConnection watcher, int replicas, CancellationToken cancellationToken)
    {
        INatsKVStore store = await watcher.CreateKeyValueStoreContext().CreateStoreAsync(new NatsKVConfig(Bucket) { NumberOfReplicas = replicas, History = 1 }, cancellationToken);
        await store.CreateAsync(Key, 0L, cancellationToken: cancellationToken);
        return new KeyValueLoad(writers, watcher, await store.StartWatchAsync<long>([Key], cancellationToken: cancellationToken));
    }

    /// <summary>Increments until the token is cancelled.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(_writers.Select(writer => IncrementAsync(writer, stop)));

    public async Task WatchAsync()
    {
        try
        {
            await foreach (NatsKVEntry<long> entry in _watch.Entries)
            {
                _steppedBack += entry.Revision <= _lastRevision || entry.Value < _watched ? 1 : 0;
                _lastRevision = entry.Revision;
                Volatile.Write(ref _watched, entry.Value);
            }
        }
        catch (NatsException e)
        {
            _failure = e.Message;
        }
    }

    /// <summary>Adds what came of it to the table, and ends the watch.</summary>
    public async Task AddAsync(ChaosTable table, Task watching, CancellationToken cancellationToken)
    {
        INatsKVStore store = await _writers[0].CreateKeyValueStoreContext().GetStoreAsync(Bucket, cancellationToken);
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        long value = 0, since = TimeProvider.System.GetTimestamp();
        do
        {
            value = (await store.GetEntryAsync<long>(Key, cancellationToken: cancellationToken)).Value;
        }
        while (Volatile.Read(ref _watched) != value && TimeProvider.System.GetElapsedTime(since) < s_limit && await again.WaitAsync(cancellationToken));

        await _watch.StopAsync(cancellationToken);
        await watching;
        table.Tell("compare-and-set: increments", string.Create(CultureInfo.InvariantCulture, $"{_acked} acknowledged, {_unknown} unknown, {_refused} refused or not sent; value {value}"));
        table.None("compare-and-set: acknowledged increments missing in the value", Math.Max(0, _acked - value));
        table.None("compare-and-set: increments that nobody made", Math.Max(0, value - _acked - _unknown));
        table.None("watch: stepped back, or did not reach the last value", _steppedBack + (_watched == value ? 0 : 1) + (_failure is null ? 0 : 1));
        table.None("watch: losses reported", _journal.Of<NatsStreamRegressionEvent>().Count());
    }

    private async Task IncrementAsync(NatsConnection connection, CancellationToken stop)
    {
        INatsKVStore store = await connection.CreateKeyValueStoreContext().GetStoreAsync(Bucket, CancellationToken.None);
        using var beat = new PeriodicTimer(s_period, TimeProvider.System);
        while (await beat.WaitAsync(stop))
        {
            try
            {
                NatsKVEntry<long> entry = await store.GetEntryAsync<long>(Key, cancellationToken: CancellationToken.None);
                await store.UpdateAsync(Key, entry.Value + 1, entry.Revision, cancellationToken: CancellationToken.None);
                Interlocked.Increment(ref _acked);
            }
            catch (NatsException e)
            {
                Interlocked.Increment(ref (e as INatsDelivery)?.Outcome == NatsOutcome.Unknown ? ref _unknown : ref _refused);
            }
        }
    }
}
