using System.Runtime.CompilerServices;
using Earshot.JetStream;

namespace Earshot.KeyValueStore.Codecs;

/// <summary>A watch whose keys are converted.</summary>
internal sealed class CodedWatch<T>(INatsKVWatch<T> inner, INatsKeyCodec keys) : INatsKVWatch<T>
{
    public IAsyncEnumerable<NatsKVWatchItem<T>> Items => ItemsAsync();

    public IAsyncEnumerable<NatsKVEntry<T>> Entries => EntriesAsync();

    public Task Synced => inner.Synced;

    public NatsJSConsumeState State => inner.State;

    public NatsKVWatchCounts Counts => inner.Counts;

    public ValueTask StopAsync(CancellationToken cancellationToken = default) => inner.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async IAsyncEnumerable<NatsKVWatchItem<T>> ItemsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (NatsKVWatchItem<T> item in inner.Items.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return item.Event == NatsKVWatchEvent.Entry ? item with { Entry = DecodedEntry.Of(item.Entry, keys) } : item;
        }
    }

    private async IAsyncEnumerable<NatsKVEntry<T>> EntriesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (NatsKVEntry<T> entry in inner.Entries.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return DecodedEntry.Of(entry, keys);
        }
    }
}
