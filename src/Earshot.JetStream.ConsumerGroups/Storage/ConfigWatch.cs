using Earshot.KeyValueStore;

namespace Earshot.JetStream.ConsumerGroups.Storage;

/// <summary>
/// Follows the configuration of one group, through reconnects and changes of leader. Reads wait for a JetStream that is not enabled any more without
/// an end, so a stall of a read is the sign to ask the server: its answer that JetStream is not enabled ends the watch, and with it the run.
/// </summary>
internal sealed class ConfigWatch : IAsyncDisposable
{
    private static readonly TimeSpan s_askDelay = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly INatsJSContext _context;
    private readonly TimeProvider _time;
    private readonly IDisposable? _listening;
    private readonly Task _run;
    private int _stalls; // about which the server was not asked yet
    private TaskCompletionSource _changed = New();
    private GroupEntry? _entry;
    private Exception? _failure;

    public ConfigWatch(INatsJSContext context, GroupStore store, string key, TimeProvider time)
    {
        (_context, _time) = (context, time);
        NatsConnection? connection = context.Connection as NatsConnection ?? context.Connection.Connection as NatsConnection;
        _listening = connection?.Events.On<NatsConsumerStalledEvent>(_ => Stalled());
        _run = RunAsync(store.Bucket, key);
    }

    /// <summary>Returns the first configuration that satisfies the condition, starting with the present one.</summary>
    /// <exception cref="NatsException">The watch has ended.</exception>
    public async Task<GroupEntry> UntilAsync(Func<GroupEntry, bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task changed;
            lock (_lock)
            {
                if (_failure is { } failure)
                {
                    throw failure;
                }

                if (_entry is { } entry && condition(entry))
                {
                    return entry;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listening?.Dispose();
        await _stop.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(false);
        _stop.Dispose();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync(INatsKVStore store, string key)
    {
        try
        {
            var opts = new NatsKVWatchOpts { OnNoData = NoData };
            await foreach (NatsKVEntry<byte[]> entry in store.WatchAsync(key, NatsRawSerializer<byte[]>.Default, opts, _stop.Token).ConfigureAwait(false))
            {
                entry.EnsureSuccess();
                Set(new GroupEntry(entry.Operation == NatsKVOperation.Put ? entry.Value ?? [] : null, entry.Revision), null);
            }

            Set(null, new NatsPcgException("The watch of the configuration of the consumer group has ended."));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            Set(null, e);
        }
    }

    private void Stalled()
    {
        if (Interlocked.Increment(ref _stalls) == 1)
        {
            _ = CheckAsync();
        }
    }

    private async Task CheckAsync()
    {
        try
        {
            int asked;
            do
            {
                asked = Volatile.Read(ref _stalls);
                await AskAsync(_stop.Token).ConfigureAwait(false);
            }
            while (Interlocked.Add(ref _stalls, -asked) > 0);
        }
        catch (NatsJSApiException e) when (Outages.IsNotEnabled(e))
        {
            Set(null, e);
        }
        catch (Exception)
        {
            // The watch or its connection has ended, or the user may not ask: the reads continue.
        }
    }

    // Completes when JetStream answers.
    private async Task AskAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await _context.GetAccountInfoAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (NatsException e) when (Outages.IsOutage(e))
            {
                await Task.Delay(s_askDelay, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // The end of the first entries: without one the group does not exist.
    private ValueTask<bool> NoData(CancellationToken cancellationToken)
    {
        if (_entry is null)
        {
            Set(new GroupEntry(null, 0), null);
        }

        return new ValueTask<bool>(false);
    }

    private void Set(GroupEntry? entry, Exception? failure)
    {
        lock (_lock)
        {
            (_entry, _failure) = (entry ?? _entry, _failure ?? failure);
            _changed.SetResult();
            _changed = New();
        }
    }
}
