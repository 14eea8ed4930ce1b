using System.Runtime.CompilerServices;
using Earshot.JetStream;

namespace Earshot.KeyValueStore.Watching;

/// <summary>A watch with a handle: it runs from its start until it is stopped, with or without an enumeration.</summary>
internal sealed class WatchHandle<T> : INatsKVWatch<T>
{
    private readonly WatchRun<T> _run;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource? _synced; // null: synced at the start
    private int _isEnumerated;
    private volatile bool _isLost;

    /// <param name="run">The watch, which has begun.</param>
    public WatchHandle(WatchRun<T> run)
    {
        _run = run;
        _synced = run.IsSyncedAtStart ? null : new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public IAsyncEnumerable<NatsKVWatchItem<T>> Items => ReadAsync();

    public IAsyncEnumerable<NatsKVEntry<T>> Entries => EntriesAsync();

    public Task Synced => _synced?.Task ?? Task.CompletedTask;

    public NatsJSConsumeState State => _isLost ? NatsJSConsumeState.Lost : _stop.IsCancellationRequested ? NatsJSConsumeState.Ended : _run.State;

    public NatsKVWatchCounts Counts => _run.Counts;

    public ValueTask StopAsync(CancellationToken cancellationToken = default)
    {
        _stop.Cancel();
        if (Interlocked.Exchange(ref _isEnumerated, 1) == 0) // otherwise the enumeration does it when it ends
        {
            End();
        }

        return default;
    }

    public ValueTask DisposeAsync() => StopAsync();

    private async IAsyncEnumerable<NatsKVEntry<T>> EntriesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (NatsKVWatchItem<T> item in ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (item.Event == NatsKVWatchEvent.Entry)
            {
                yield return item.Entry;
            }
        }
    }

    private async IAsyncEnumerable<NatsKVWatchItem<T>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _isEnumerated, 1) != 0)
        {
            throw new InvalidOperationException("The entries of this watch are already being enumerated, or the watch was stopped.");
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        try
        {
            while (await NextAsync(either.Token).ConfigureAwait(false) is { } item)
            {
                yield return item;
            }
        }
        finally
        {
            Leave();
        }
    }

    private async ValueTask<NatsKVWatchItem<T>?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            NatsKVWatchItem<T>? item = await _run.NextAsync(cancellationToken).ConfigureAwait(false);
            if (item is { Event: NatsKVWatchEvent.Synced })
            {
                _synced?.TrySetResult();
            }

            return item;
        }
        catch (NatsException)
        {
            _isLost = true;
            throw;
        }
    }

    private void Leave()
    {
        if (_isLost || _stop.IsCancellationRequested)
        {
            End();
            return;
        }

        Interlocked.Exchange(ref _isEnumerated, 0);
        if (_stop.IsCancellationRequested && Interlocked.Exchange(ref _isEnumerated, 1) == 0)
        {
            End(); // stopped at the same time
        }
    }

    private void End()
    {
        _run.Abandon();
        _synced?.TrySetCanceled();
    }
}
