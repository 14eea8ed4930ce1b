using Earshot.JetStream;

namespace Earshot.KeyValueStore;

/// <summary>A running watch of a bucket. It continues after reconnects, elections and restarts of servers, whether it is enumerated or not.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
public interface INatsKVWatch<T> : IAsyncDisposable
{
    /// <summary>
    /// The entries with the events between them. Only one enumeration of <see cref="Items"/> or <see cref="Entries"/> is allowed at a time; the
    /// next one continues where the previous one ended. It ends when the watch is stopped.
    /// </summary>
    IAsyncEnumerable<NatsKVWatchItem<T>> Items { get; }

    /// <summary>The entries without the events between them.</summary>
    /// <inheritdoc cref="Items"/>
    IAsyncEnumerable<NatsKVEntry<T>> Entries { get; }

    /// <summary>
    /// Completes exactly once, when the enumeration has processed all entries that the bucket had when the watch started, that is, requested the
    /// next one after them; without such entries at the start. It is cancelled when the watch ends before.
    /// </summary>
    Task Synced { get; }

    /// <summary>The current state of the read. <see cref="NatsJSConsumeState.Stalled"/> until an enumeration continues after a reconnect.</summary>
    NatsJSConsumeState State { get; }

    /// <summary>The numbers of the watch.</summary>
    NatsKVWatchCounts Counts { get; }

    /// <summary>Stops the watch. Enumerations end after the current entry, and the consumer is deleted in the background.</summary>
    /// <param name="cancellationToken">Not used: nothing is waited for.</param>
    /// <returns>A completed task.</returns>
    ValueTask StopAsync(CancellationToken cancellationToken = default);
}
