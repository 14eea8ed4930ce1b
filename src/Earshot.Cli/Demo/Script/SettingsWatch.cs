using System.Globalization;
using Earshot.Cli.Servers;
using Earshot.JetStream;
using Earshot.KeyValueStore;

namespace Earshot.Cli.Demo;

/// <summary>
/// A bucket: the observed client watches it, and another client writes to it. It compares what was written with what the
/// watch has delivered, and does not look at events. Not thread-safe, except for its own task.
/// </summary>
internal sealed class SettingsWatch(NatsConnection client, NatsConnection writer, int replicas, Action<string, string> report, TimeProvider time) : IAsyncDisposable
{
    private const string Bucket = "SETTINGS";
    private const int Entries = 10;

    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(20);

    private readonly List<int> _received = [];
    private INatsKVStore? _store;
    private INatsKVWatch<int>? _watch;
    private IDemoServer? _killed;
    private Task _reading = Task.CompletedTask;
    private int _written;

    /// <summary>Creates the bucket and starts the watch; completes when it has received the first entries.</summary>
    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        await writer.ConnectAsync(cancellationToken).ConfigureAwait(false);
        INatsKVStore watched = await CreateAsync(cancellationToken).ConfigureAwait(false);
        _store = await writer.CreateKeyValueStoreContext().GetStoreAsync(Bucket, cancellationToken).ConfigureAwait(false);
        _watch = await watched.StartWatchAsync<int>(cancellationToken: cancellationToken).ConfigureAwait(false);
        _reading = ReadAsync(_watch);
        await WriteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Kills the server of the watch, and writes meanwhile; completes when the watch has received what was written.</summary>
    internal async Task KillAsync(IDemoServer server, CancellationToken cancellationToken)
    {
        await server.KillAsync(cancellationToken).ConfigureAwait(false);
        _killed = server;
        await WriteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts the killed server again, writes once more, and compares.</summary>
    internal async Task FinishAsync(CancellationToken cancellationToken)
    {
        await _killed!.StartServerAsync(cancellationToken).ConfigureAwait(false);
        await WriteAsync(cancellationToken).ConfigureAwait(false);
        await _watch!.StopAsync(cancellationToken).ConfigureAwait(false);
        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        bool isInOrder = _received.SequenceEqual(Enumerable.Range(1, _written));
        report("Watch", string.Create(
            CultureInfo.InvariantCulture,
            $"{_written} entries written by another client, {_received.Count} received{(isInOrder ? ", each once and in order" : "")}; its consumer was created {_watch.Counts.Consumers} times"));
        if (!isInOrder)
        {
            throw new ExpectationMissedException($"The watch has received {string.Join(' ', _received)}.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_watch is not null)
        {
            await _watch.DisposeAsync().ConfigureAwait(false);
        }

        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await writer.DisposeAsync().ConfigureAwait(false);
    }

    // A server that was started a moment ago may not be known yet as one that can store.
    private async Task<INatsKVStore> CreateAsync(CancellationToken cancellationToken)
    {
        var config = new NatsKVConfig(Bucket) { NumberOfReplicas = replicas };
        using var again = new PeriodicTimer(s_pollInterval * 5, time);
        while (true)
        {
            try
            {
                return await client.CreateKeyValueStoreContext().CreateStoreAsync(config, cancellationToken).ConfigureAwait(false);
            }
            catch (NatsJSException e) when (!cancellationToken.IsCancellationRequested)
            {
                report("Placement", e.Message);
                await again.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        for (int i = 0; i < Entries; i++)
        {
            await _store!.PutAsync($"setting.{i}", _written + 1, cancellationToken: cancellationToken).ConfigureAwait(false);
            _written++;
        }

        using var again = new PeriodicTimer(s_pollInterval, time);
        while (Count() < _written)
        {
            if (_reading.IsCompleted)
            {
                await _reading.ConfigureAwait(false);
                throw new ExpectationMissedException("The watch ended before it had received every entry.");
            }

            await again.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private int Count()
    {
        lock (_received)
        {
            return _received.Count;
        }
    }

    private async Task ReadAsync(INatsKVWatch<int> watch)
    {
        await foreach (NatsKVEntry<int> entry in watch.Entries.ConfigureAwait(false))
        {
            lock (_received)
            {
                _received.Add(entry.Value);
            }
        }
    }
}
