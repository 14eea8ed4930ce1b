using Earshot.KeyValueStore;

namespace Earshot.JetStream.ConsumerGroups.Storage;

/// <summary>Follows the configuration of one group, through reconnects and changes of leader.</summary>
internal sealed class ConfigWatch : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;
    private TaskCompletionSource _changed = New();
    private GroupEntry? _entry;
    private Exception? _failure;

    public ConfigWatch(GroupStore store, string key) => _run = RunAsync(store.Bucket, key);

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
            (_entry, _failure) = (entry ?? _entry, failure);
            _changed.SetResult();
            _changed = New();
        }
    }
}
