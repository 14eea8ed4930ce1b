using System.Runtime.CompilerServices;
using Earshot.JetStream;
using Earshot.JetStream.Context;
using Earshot.KeyValueStore.Writing;

namespace Earshot.KeyValueStore.Codecs;

/// <summary>A bucket whose keys or values are converted. Everything else is the bucket behind it.</summary>
internal sealed class CodedStore(INatsKVStore inner, INatsKeyCodec codec, INatsValueCodec? values) : INatsKVStore
{
    public INatsJSContext JetStreamContext => inner.JetStreamContext;

    public string Bucket => inner.Bucket;

    public ValueTask<ulong> PutAsync<T>(string key, T value, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        inner.PutAsync(Encode(key, value), value, Writer(serializer), cancellationToken);

    public ValueTask<NatsResult<ulong>> TryPutAsync<T>(string key, T value, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        Encoded(key, value, out string stored) is { } error ? new(error) : inner.TryPutAsync(stored, value, Writer(serializer), cancellationToken);

    public ValueTask<ulong> CreateAsync<T>(string key, T value, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        inner.CreateAsync(Encode(key, value), value, Writer(serializer), cancellationToken);

    public ValueTask<ulong> CreateAsync<T>(string key, T value, TimeSpan ttl, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        inner.CreateAsync(Encode(key, value), value, ttl, Writer(serializer), cancellationToken);

    public ValueTask<NatsResult<ulong>> TryCreateAsync<T>(string key, T value, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        Encoded(key, value, out string stored) is { } error ? new(error) : inner.TryCreateAsync(stored, value, Writer(serializer), cancellationToken);

    public ValueTask<NatsResult<ulong>> TryCreateAsync<T>(string key, T value, TimeSpan ttl, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        Encoded(key, value, out string stored) is { } error ? new(error) : inner.TryCreateAsync(stored, value, ttl, Writer(serializer), cancellationToken);

    public ValueTask<ulong> UpdateAsync<T>(string key, T value, ulong revision, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        inner.UpdateAsync(Encode(key, value), value, revision, Writer(serializer), cancellationToken);

    public ValueTask<ulong> UpdateAsync<T>(string key, T value, ulong revision, TimeSpan ttl, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        inner.UpdateAsync(Encode(key, value), value, revision, ttl, Writer(serializer), cancellationToken);

    public ValueTask<NatsResult<ulong>> TryUpdateAsync<T>(string key, T value, ulong revision, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        Encoded(key, value, out string stored) is { } error ? new(error) : inner.TryUpdateAsync(stored, value, revision, Writer(serializer), cancellationToken);

    public ValueTask<NatsResult<ulong>> TryUpdateAsync<T>(string key, T value, ulong revision, TimeSpan ttl, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        Encoded(key, value, out string stored) is { } error ? new(error) : inner.TryUpdateAsync(stored, value, revision, ttl, Writer(serializer), cancellationToken);

    public ValueTask DeleteAsync(string key, NatsKVDeleteOpts? opts = null, CancellationToken cancellationToken = default) =>
        inner.DeleteAsync(codec.Encode(key), opts, cancellationToken);

    public ValueTask<NatsResult> TryDeleteAsync(string key, NatsKVDeleteOpts? opts = null, CancellationToken cancellationToken = default) =>
        Encoded(key, out string stored) is { } error ? new(error) : inner.TryDeleteAsync(stored, opts, cancellationToken);

    public ValueTask PurgeAsync(string key, NatsKVDeleteOpts? opts = null, CancellationToken cancellationToken = default) =>
        inner.PurgeAsync(codec.Encode(key), opts, cancellationToken);

    public ValueTask PurgeAsync(string key, TimeSpan ttl, NatsKVDeleteOpts? opts = null, CancellationToken cancellationToken = default) =>
        inner.PurgeAsync(codec.Encode(key), ttl, opts, cancellationToken);

    public ValueTask<NatsResult> TryPurgeAsync(string key, NatsKVDeleteOpts? opts = null, CancellationToken cancellationToken = default) =>
        Encoded(key, out string stored) is { } error ? new(error) : inner.TryPurgeAsync(stored, opts, cancellationToken);

    public ValueTask<NatsResult> TryPurgeAsync(string key, TimeSpan ttl, NatsKVDeleteOpts? opts = null, CancellationToken cancellationToken = default) =>
        Encoded(key, out string stored) is { } error ? new(error) : inner.TryPurgeAsync(stored, ttl, opts, cancellationToken);

    public async ValueTask<NatsKVEntry<T>> GetEntryAsync<T>(string key, ulong revision = 0, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        await inner.GetEntryAsync(codec.Encode(key), revision, Reader(serializer), cancellationToken).ConfigureAwait(false) with { Key = key };

    public async ValueTask<NatsResult<NatsKVEntry<T>>> TryGetEntryAsync<T>(string key, ulong revision = 0, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default)
    {
        if (Encoded(key, out string stored) is { } error)
        {
            return error;
        }

        NatsResult<NatsKVEntry<T>> result = await inner.TryGetEntryAsync(stored, revision, Reader(serializer), cancellationToken).ConfigureAwait(false);
        return result.Success ? result.Value with { Key = key } : result;
    }

    public async ValueTask<IReadOnlyList<NatsKVPutResult>> PutManyAsync<T>(IEnumerable<KeyValuePair<string, T>> entries, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entries);
        List<KeyValuePair<string, T>> all = [.. entries];
        List<KeyValuePair<string, T>> encoded;
        try
        {
            encoded = [.. all.Select(entry => KeyValuePair.Create(codec.Encode(entry.Key), entry.Value))];
        }
        catch
        {
            all.ForEach(static entry => JetStreamPort.Release(entry.Value));
            throw;
        }

        IReadOnlyList<NatsKVPutResult> results = await inner.PutManyAsync(encoded, Writer(serializer), cancellationToken).ConfigureAwait(false);
        return [.. results.Zip(all, static (result, entry) => result with { Key = entry.Key })];
    }

    public async ValueTask<IReadOnlyList<ulong>> UpdateManyAsync<T>(IEnumerable<NatsKVChange<T>> changes, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default)
    {
        NatsResult<IReadOnlyList<ulong>> result = await TryUpdateManyAsync(changes, serializer, cancellationToken).ConfigureAwait(false);
        return result.Success ? result.Value : throw result.Error;
    }

    public async ValueTask<NatsResult<IReadOnlyList<ulong>>> TryUpdateManyAsync<T>(IEnumerable<NatsKVChange<T>> changes, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(changes);
        List<NatsKVChange<T>> all = [.. changes], encoded = [];
        var names = new Dictionary<string, string>();
        try
        {
            foreach (NatsKVChange<T> change in all)
            {
                string stored = codec.Encode(change.Key);
                encoded.Add(change with { Key = stored });
                names[stored] = change.Key;
            }
        }
        catch (Exception e)
        {
            UpdateItems.Release(all);
            if (e is NatsKVException error)
            {
                return error;
            }

            throw;
        }

        NatsResult<IReadOnlyList<ulong>> result = await inner.TryUpdateManyAsync(encoded, Writer(serializer), cancellationToken).ConfigureAwait(false);
        return result is { Success: false, Error: NatsKVUpdateManyException rejected } ? rejected.WithKeys(stored => names[stored]) : result;
    }

    public IAsyncEnumerable<NatsKVEntry<T>> GetManyAsync<T>(IEnumerable<string> keys, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        Decoded(inner.GetManyAsync([.. keys.Select(codec.Encode)], Reader(serializer), cancellationToken), cancellationToken);

    public IAsyncEnumerable<NatsKVEntry<T>> WatchAsync<T>(string key, INatsDeserialize<T>? serializer = null, NatsKVWatchOpts? opts = null, CancellationToken cancellationToken = default) =>
        Decoded(inner.WatchAsync(codec.EncodeFilter(key), Reader(serializer), opts, cancellationToken), cancellationToken);

    public IAsyncEnumerable<NatsKVEntry<T>> WatchAsync<T>(IEnumerable<string> keys, INatsDeserialize<T>? serializer = null, NatsKVWatchOpts? opts = null, CancellationToken cancellationToken = default) =>
        Decoded(inner.WatchAsync([.. keys.Select(codec.EncodeFilter)], Reader(serializer), opts, cancellationToken), cancellationToken);

    public IAsyncEnumerable<NatsKVEntry<T>> WatchAsync<T>(INatsDeserialize<T>? serializer = null, NatsKVWatchOpts? opts = null, CancellationToken cancellationToken = default) =>
        Decoded(inner.WatchAsync(Reader(serializer), opts, cancellationToken), cancellationToken);

    public async ValueTask<INatsKVWatch<T>> StartWatchAsync<T>(IEnumerable<string>? keys = null, INatsDeserialize<T>? serializer = null, NatsKVWatchOpts? opts = null, CancellationToken cancellationToken = default) =>
        new CodedWatch<T>(await inner.StartWatchAsync(keys?.Select(codec.EncodeFilter).ToArray(), Reader(serializer), opts, cancellationToken).ConfigureAwait(false), codec);

    public IAsyncEnumerable<NatsKVEntry<T>> HistoryAsync<T>(string key, INatsDeserialize<T>? serializer = null, NatsKVWatchOpts? opts = null, CancellationToken cancellationToken = default) =>
        Decoded(inner.HistoryAsync(codec.EncodeFilter(key), Reader(serializer), opts, cancellationToken), cancellationToken);

    public ValueTask<NatsKVStatus> GetStatusAsync(CancellationToken cancellationToken = default) => inner.GetStatusAsync(cancellationToken);

    public ValueTask PurgeDeletesAsync(NatsKVPurgeOpts? opts = null, CancellationToken cancellationToken = default) => inner.PurgeDeletesAsync(opts, cancellationToken);

    public IAsyncEnumerable<string> GetKeysAsync(NatsKVWatchOpts? opts = null, CancellationToken cancellationToken = default) =>
        DecodedKeys(inner.GetKeysAsync(opts, cancellationToken), cancellationToken);

    public IAsyncEnumerable<string> GetKeysAsync(IEnumerable<string> filters, NatsKVWatchOpts? opts = null, CancellationToken cancellationToken = default) =>
        DecodedKeys(inner.GetKeysAsync([.. filters.Select(codec.EncodeFilter)], opts, cancellationToken), cancellationToken);

    private NatsKVException? Encoded(string key, out string stored)
    {
        stored = "";
        try
        {
            stored = codec.Encode(key);
            return null;
        }
        catch (NatsKVException e)
        {
            return e;
        }
    }

    private NatsKVException? Encoded<T>(string key, T value, out string stored)
    {
        stored = "";
        try
        {
            stored = Encode(key, value);
            return null;
        }
        catch (NatsKVException e)
        {
            return e;
        }
    }

    // A write takes over the value, also when it is refused.
    private string Encode<T>(string key, T value)
    {
        try
        {
            return codec.Encode(key);
        }
        catch
        {
            JetStreamPort.Release(value);
            throw;
        }
    }

    private INatsSerialize<T>? Writer<T>(INatsSerialize<T>? serializer) => values is null ? serializer
        : new CodedSerializer<T>(serializer ?? JetStreamContext.Connection.Opts.SerializerRegistry.GetSerializer<T>(), null, values);

    private INatsDeserialize<T>? Reader<T>(INatsDeserialize<T>? deserializer) => values is null ? deserializer
        : new CodedSerializer<T>(null, deserializer ?? JetStreamContext.Connection.Opts.SerializerRegistry.GetDeserializer<T>(), values);

    private async IAsyncEnumerable<NatsKVEntry<T>> Decoded<T>(IAsyncEnumerable<NatsKVEntry<T>> entries, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (NatsKVEntry<T> entry in entries.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return DecodedEntry.Of(entry, codec);
        }
    }

    private async IAsyncEnumerable<string> DecodedKeys(IAsyncEnumerable<string> stored, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (string key in stored.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return codec.Decode(key);
        }
    }
}
