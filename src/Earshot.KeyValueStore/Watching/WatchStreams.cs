using System.Runtime.CompilerServices;

namespace Earshot.KeyValueStore.Watching;

/// <summary>
/// The enumerations of watches that end with their loop. Each enumeration has a run of its own, so that a second one starts again. The
/// consumer is deleted on every way out.
/// </summary>
internal static class WatchStreams
{
    /// <summary>The entries of a watch, until it is left or cancelled.</summary>
    public static async IAsyncEnumerable<NatsKVEntry<T>> ReadAsync<T>(
        WatchSetup setup, INatsDeserialize<T>? serializer, bool throwsAtCancellation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var run = new WatchRun<T>(setup, serializer);
        bool isSynced = false;
        try
        {
            await run.BeginAsync(cancellationToken).ConfigureAwait(false);
            while (true)
            {
                while (!cancellationToken.IsCancellationRequested && run.TryTake(out NatsKVEntry<T> entry))
                {
                    yield return entry;
                }

                if (await run.NextAsync(cancellationToken).ConfigureAwait(false) is not { } item)
                {
                    break;
                }

                if (item.Event == NatsKVWatchEvent.Entry)
                {
                    yield return item.Entry;
                }
                else if (item.Event == NatsKVWatchEvent.Synced && !isSynced)
                {
                    isSynced = true;
                    if (run.Opts.OnNoData is { } onNoData && await onNoData(cancellationToken).ConfigureAwait(false))
                    {
                        yield break;
                    }
                }
            }
        }
        finally
        {
            run.Abandon();
        }

        if (throwsAtCancellation)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The first entries of a watch, until their end.</summary>
    /// <exception cref="NatsKVException">The connection was drained before their end.</exception>
    public static async IAsyncEnumerable<NatsKVEntry<T>> FirstAsync<T>(
        WatchSetup setup, INatsDeserialize<T>? serializer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var run = new WatchRun<T>(setup, serializer);
        bool isSynced = false;
        try
        {
            await run.BeginAsync(cancellationToken).ConfigureAwait(false);
            while (!isSynced && await run.NextAsync(cancellationToken).ConfigureAwait(false) is { } item)
            {
                isSynced = item.Event == NatsKVWatchEvent.Synced;
                if (item.Event == NatsKVWatchEvent.Entry)
                {
                    yield return item.Entry;
                }
            }
        }
        finally
        {
            run.Abandon();
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (!isSynced)
        {
            throw new NatsKVException("The entries are not complete: the connection is draining.");
        }
    }
}
