using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Earshot.JetStream;
using Earshot.JetStream.Context;
using Earshot.KeyValueStore.Buckets;
using Earshot.KeyValueStore.Reading;
using Earshot.KeyValueStore.Watching;
using Earshot.KeyValueStore.Writing;

namespace Earshot.KeyValueStore;

/// <summary>A bucket. Validates arguments and delegates. Safe for use from any thread.</summary>
public class NatsKVStore : INatsKVStore
{
    private const string AllKeys = ">";

    private readonly BucketRoutes _routes;
    private readonly NatsKVOpts _opts;
    private readonly EntryReader _reader;
    private readonly EntryWriter _writer;
    private readonly KeyCreation _creation;
    private readonly ManyUpdates _updates;

    internal NatsKVStore(BucketRoutes routes, NatsKVOpts opts)
    {
        (_routes, _opts, _reader, _writer) = (routes, opts, new EntryReader(routes), new EntryWriter(routes));
        (_creation, _updates) = (new KeyCreation(routes, _writer), new ManyUpdates(routes, _writer));
    }

    /// <inheritdoc/>
    public INatsJSContext JetStreamContext => _routes.Context;

    /// <inheritdoc/>
    public string Bucket => _routes.Bucket;

    /// <summary>Checks a key without sending anything.</summary>
    /// <param name="key">The key to check.</param>
    /// <returns>Success, or a <see cref="NatsKVException"/> with the reason.</returns>
    public static NatsResult IsValidKey(string key) => KeyRules.CheckKey(key) is { } error ? error : NatsResult.Default;

    /// <inheritdoc/>
    public ValueTask<ulong> PutAsync<T>(string key, T value, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        ValueOf(TryPutAsync(key, value, serializer, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<NatsResult<ulong>> TryPutAsync<T>(string key, T value, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        KeyRules.CheckKey(key) is { } error ? Refused(error, value) : _writer.PutAsync(key, value, serializer, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ulong> CreateAsync<T>(string key, T value, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        CreateAsync(key, value, TimeSpan.Zero, serializer, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ulong> CreateAsync<T>(string key, T value, TimeSpan ttl, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        ValueOf(TryCreateAsync(key, value, ttl, serializer, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<NatsResult<ulong>> TryCreateAsync<T>(string key, T value, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        TryCreateAsync(key, value, TimeSpan.Zero, serializer, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<NatsResult<ulong>> TryCreateAsync<T>(string key, T value, TimeSpan ttl, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        KeyRules.CheckKey(key) is { } error ? Refused(error, value) : _creation.CreateAsync(key, value, ttl, serializer, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ulong> UpdateAsync<T>(string key, T value, ulong revision, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        UpdateAsync(key, value, revision, TimeSpan.Zero, serializer, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ulong> UpdateAsync<T>(string key, T value, ulong revision, TimeSpan ttl, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        ValueOf(TryUpdateAsync(key, value, revision, ttl, serializer, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<NatsResult<ulong>> TryUpdateAsync<T>(string key, T value, ulong revision, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        TryUpdateAsync(key, value, revision, TimeSpan.Zero, serializer, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<NatsResult<ulong>> TryUpdateAsync<T>(string key, T value, ulong revision, TimeSpan ttl, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        KeyRules.CheckKey(key) is { } error ? Refused(error, value) : _writer.UpdateAsync(key, value, new WriteTerms(revision, ttl), serializer, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DeleteAsync(string key, NatsKVDeleteOpts? opts = null, CancellationToken cancellationToken = default) =>
        Ensure(TryDeleteAsync(key, opts, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<NatsResult> TryDeleteAsync(string key, NatsKVDeleteOpts? opts = null, CancellationToken cancellationToken = default) =>
        TryDeleteAsync(key, opts?.Purge ?? false, TimeSpan.Zero, opts, cancellationToken);

    /// <inheritdoc/>
    public ValueTask PurgeAsync(string key, NatsKVDeleteOpts? opts = null, CancellationToken cancellationToken = default) =>
        PurgeAsync(key, TimeSpan.Zero, opts, cancellationToken);

    /// <inheritdoc/>
    public ValueTask PurgeAsync(string key, TimeSpan ttl, NatsKVDeleteOpts? opts = null, CancellationToken cancellationToken = default) =>
        Ensure(TryPurgeAsync(key, ttl, opts, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<NatsResult> TryPurgeAsync(string key, NatsKVDeleteOpts? opts = null, CancellationToken cancellationToken = default) =>
        TryPurgeAsync(key, TimeSpan.Zero, opts, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<NatsResult> TryPurgeAsync(string key, TimeSpan ttl, NatsKVDeleteOpts? opts = null, CancellationToken cancellationToken = default) =>
        TryDeleteAsync(key, isPurge: true, ttl, opts, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<NatsKVEntry<T>> GetEntryAsync<T>(string key, ulong revision = 0, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        ValueOf(TryGetEntryAsync(key, revision, serializer, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<NatsResult<NatsKVEntry<T>>> TryGetEntryAsync<T>(string key, ulong revision = 0, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        KeyRules.CheckKey(key) is { } error ? new(error) : _reader.ReadAsync(key, revision, serializer, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<NatsKVPutResult>> PutManyAsync<T>(IEnumerable<KeyValuePair<string, T>> entries, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entries);
        List<KeyValuePair<string, T>> all = [.. entries];
        if (FindError(all.Select(entry => entry.Key)) is { } error)
        {
            all.ForEach(static entry => JetStreamPort.Release(entry.Value));
            throw error;
        }

        return ManyWrites.PutAsync(_routes, all, serializer, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ulong>> UpdateManyAsync<T>(IEnumerable<NatsKVChange<T>> changes, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        ValueOf(TryUpdateManyAsync(changes, serializer, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<NatsResult<IReadOnlyList<ulong>>> TryUpdateManyAsync<T>(IEnumerable<NatsKVChange<T>> changes, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(changes);
        List<NatsKVChange<T>> all = [.. changes];
        return UpdateItems.Check(all) is { } error ? new(error)
            : all.Count == 0 ? new(new NatsResult<IReadOnlyList<ulong>>([]))
            : _updates.UpdateAsync(all, serializer, cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<NatsKVEntry<T>> GetManyAsync<T>(IEnumerable<string> keys, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        List<string> all = [.. keys];
        if (FindError(all) is { } error)
        {
            throw error;
        }

        return ManyReads.GetAsync(_reader, all, serializer, cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<NatsKVEntry<T>> WatchAsync<T>(string key, INatsDeserialize<T>? serializer = null, NatsKVWatchOpts? opts = null, CancellationToken cancellationToken = default) =>
        WatchAsync([key], serializer, opts, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<NatsKVEntry<T>> WatchAsync<T>(IEnumerable<string> keys, INatsDeserialize<T>? serializer = null, NatsKVWatchOpts? opts = null, CancellationToken cancellationToken = default) =>
        WatchStreams.ReadAsync(new WatchSetup(_routes, keys, opts), serializer, _opts.WatcherThrowOnCancellation, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<NatsKVEntry<T>> WatchAsync<T>(INatsDeserialize<T>? serializer = null, NatsKVWatchOpts? opts = null, CancellationToken cancellationToken = default) =>
        WatchAsync([AllKeys], serializer, opts, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<INatsKVWatch<T>> StartWatchAsync<T>(IEnumerable<string>? keys = null, INatsDeserialize<T>? serializer = null, NatsKVWatchOpts? opts = null, CancellationToken cancellationToken = default)
    {
        var run = new WatchRun<T>(new WatchSetup(_routes, keys ?? [AllKeys], opts), serializer);
        await run.BeginAsync(cancellationToken).ConfigureAwait(false);
        return new WatchHandle<T>(run);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<NatsKVEntry<T>> HistoryAsync<T>(string key, INatsDeserialize<T>? serializer = null, NatsKVWatchOpts? opts = null, CancellationToken cancellationToken = default) =>
        WatchStreams.FirstAsync(new WatchSetup(_routes, [key], (opts ?? NatsKVWatchOpts.Default) with { IncludeHistory = true }), serializer, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<NatsKVStatus> GetStatusAsync(CancellationToken cancellationToken = default)
    {
        INatsJSStream stream = await JetStreamContext.GetStreamAsync(_routes.Stream, cancellationToken: cancellationToken).ConfigureAwait(false);
        _routes.Config = stream.Info.Config;
        return BucketStatuses.Of(Bucket, stream.Info);
    }

    /// <inheritdoc/>
    public ValueTask PurgeDeletesAsync(NatsKVPurgeOpts? opts = null, CancellationToken cancellationToken = default) =>
        DeletionPurge.RunAsync(_routes, opts ?? NatsKVPurgeOpts.Default, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<string> GetKeysAsync(NatsKVWatchOpts? opts = null, CancellationToken cancellationToken = default) =>
        GetKeysAsync([AllKeys], opts, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<string> GetKeysAsync(IEnumerable<string> filters, NatsKVWatchOpts? opts = null, CancellationToken cancellationToken = default) =>
        KeysAsync(new WatchSetup(_routes, filters, (opts ?? NatsKVWatchOpts.Default) with { IgnoreDeletes = true, MetaOnly = true }), cancellationToken);

    private static async IAsyncEnumerable<string> KeysAsync(WatchSetup setup, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (NatsKVEntry<byte[]> entry in WatchStreams.FirstAsync(setup, NatsRawSerializer<byte[]>.Default, cancellationToken).ConfigureAwait(false))
        {
            yield return entry.Key;
        }
    }

    private static NatsKVException? FindError(IEnumerable<string> keys) => keys.Select(KeyRules.CheckKey).FirstOrDefault(error => error is not null);

    // A write takes over the value, also when it is refused.
    private static ValueTask<NatsResult<ulong>> Refused<T>(NatsKVException error, T value)
    {
        JetStreamPort.Release(value);
        return new(error);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<T> ValueOf<T>(ValueTask<NatsResult<T>> running)
    {
        NatsResult<T> result = await running.ConfigureAwait(false);
        return result.Success ? result.Value : throw Rethrown(result.Error);
    }

    private static async ValueTask Ensure(ValueTask<NatsResult> running)
    {
        NatsResult result = await running.ConfigureAwait(false);
        if (!result.Success)
        {
            throw Rethrown(result.Error);
        }
    }

    // The instances of results are shared and have no trace.
    private static Exception Rethrown(Exception error)
    {
        if (ReferenceEquals(error, NatsKVKeyNotFoundException.Default))
        {
            return new NatsKVKeyNotFoundException();
        }

        ExceptionDispatchInfo.Throw(error);
        return error;
    }

    private ValueTask<NatsResult> TryDeleteAsync(string key, bool isPurge, TimeSpan ttl, NatsKVDeleteOpts? opts, CancellationToken cancellationToken) =>
        KeyRules.CheckKey(key) is { } error ? new(error)
            : _writer.DeleteAsync(key, isPurge, new WriteTerms(opts is { Revision: > 0 } ? opts.Revision : null, ttl), cancellationToken);
}
