using Earshot.JetStream;

namespace Earshot.KeyValueStore;

/// <summary>
/// A bucket. The methods whose name begins with Try return the exceptions of the others as a result: <see cref="NatsKVException"/> and its
/// subtypes, such as for a key that is not valid, and those of a publish to a stream, such as
/// <see cref="NatsJSPublishUnknownException"/> for a write whose outcome is unknown. A cancelled token throws
/// <see cref="OperationCanceledException"/>. Safe for use from any thread.
/// </summary>
/// <remarks>
/// A key consists of letters, digits and <c>- / _ = .</c>; dots separate its tokens. A write is sent again when its ack is missing, because it
/// has a message id; a compare-and-set whose ack was lost is resolved by reading the key. A write takes ownership of a pooled owner and
/// disposes it, also when it is refused, throws or is cancelled. A pooled owner in an entry that was read must be disposed by the reader.
/// </remarks>
public interface INatsKVStore
{
    /// <summary>The JetStream context that is used.</summary>
    INatsJSContext JetStreamContext { get; }

    /// <summary>The name of the bucket.</summary>
    string Bucket { get; }

    /// <summary>Writes the value of a key.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key to write.</param>
    /// <param name="value">The value. A byte buffer must not change until the call completes.</param>
    /// <param name="serializer">The serializer. Null: the one of the connection's registry.</param>
    /// <param name="cancellationToken">Cancels waiting; after the write was sent, its outcome is unknown.</param>
    /// <returns>The revision of the entry.</returns>
    /// <exception cref="NatsKVException">The key is not valid.</exception>
    ValueTask<ulong> PutAsync<T>(string key, T value, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default);

    /// <returns>The revision of the entry, or the exception.</returns>
    /// <inheritdoc cref="PutAsync"/>
    ValueTask<NatsResult<ulong>> TryPutAsync<T>(string key, T value, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default);

    /// <summary>Writes the value of a key that does not exist or is deleted.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key to create.</param>
    /// <param name="value">The value.</param>
    /// <param name="serializer">The serializer. Null: the one of the connection's registry.</param>
    /// <param name="cancellationToken">Cancels waiting; after the write was sent, its outcome is unknown.</param>
    /// <returns>The revision of the entry.</returns>
    /// <exception cref="NatsKVCreateException">The key exists.</exception>
    ValueTask<ulong> CreateAsync<T>(string key, T value, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default);

    /// <summary>Writes the value of a key that does not exist or is deleted, with a time to live (since server 2.11).</summary>
    /// <param name="key">The key to create.</param>
    /// <param name="value">The value.</param>
    /// <param name="ttl">The time after which the entry expires, at least 1 s, in whole milliseconds; zero: never. The bucket needs <see cref="NatsKVConfig.LimitMarkerTTL"/>.</param>
    /// <param name="serializer">The serializer. Null: the one of the connection's registry.</param>
    /// <param name="cancellationToken">Cancels waiting; after the write was sent, its outcome is unknown.</param>
    /// <exception cref="NatsKVException">The bucket does not allow a time to live.</exception>
    /// <inheritdoc cref="CreateAsync{T}(string, T, INatsSerialize{T}, CancellationToken)"/>
    ValueTask<ulong> CreateAsync<T>(string key, T value, TimeSpan ttl, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default);

    /// <returns>The revision of the entry, or the exception.</returns>
    /// <inheritdoc cref="CreateAsync{T}(string, T, INatsSerialize{T}, CancellationToken)"/>
    ValueTask<NatsResult<ulong>> TryCreateAsync<T>(string key, T value, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default);

    /// <returns>The revision of the entry, or the exception.</returns>
    /// <inheritdoc cref="CreateAsync{T}(string, T, TimeSpan, INatsSerialize{T}, CancellationToken)"/>
    ValueTask<NatsResult<ulong>> TryCreateAsync<T>(string key, T value, TimeSpan ttl, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default);

    /// <summary>Writes the value of a key whose last revision is the given one (compare-and-set).</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key to update.</param>
    /// <param name="value">The value.</param>
    /// <param name="revision">The expected last revision; 0: the key must have no entry.</param>
    /// <param name="serializer">The serializer. Null: the one of the connection's registry.</param>
    /// <param name="cancellationToken">Cancels waiting; after the write was sent, its outcome is unknown.</param>
    /// <returns>The revision of the entry.</returns>
    /// <exception cref="NatsKVWrongLastRevisionException">The key has another last revision.</exception>
    ValueTask<ulong> UpdateAsync<T>(string key, T value, ulong revision, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default);

    /// <summary>Writes the value of a key whose last revision is the given one, with a time to live (since server 2.11).</summary>
    /// <param name="key">The key to update.</param>
    /// <param name="value">The value.</param>
    /// <param name="revision">The expected last revision; 0: the key must have no entry.</param>
    /// <param name="ttl">The time after which the entry expires, at least 1 s, in whole milliseconds; zero: never. The bucket needs <see cref="NatsKVConfig.LimitMarkerTTL"/>.</param>
    /// <param name="serializer">The serializer. Null: the one of the connection's registry.</param>
    /// <param name="cancellationToken">Cancels waiting; after the write was sent, its outcome is unknown.</param>
    /// <exception cref="NatsKVException">The bucket does not allow a time to live.</exception>
    /// <inheritdoc cref="UpdateAsync{T}(string, T, ulong, INatsSerialize{T}, CancellationToken)"/>
    ValueTask<ulong> UpdateAsync<T>(string key, T value, ulong revision, TimeSpan ttl, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default);

    /// <returns>The revision of the entry, or the exception.</returns>
    /// <inheritdoc cref="UpdateAsync{T}(string, T, ulong, INatsSerialize{T}, CancellationToken)"/>
    ValueTask<NatsResult<ulong>> TryUpdateAsync<T>(string key, T value, ulong revision, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default);

    /// <returns>The revision of the entry, or the exception.</returns>
    /// <inheritdoc cref="UpdateAsync{T}(string, T, ulong, TimeSpan, INatsSerialize{T}, CancellationToken)"/>
    ValueTask<NatsResult<ulong>> TryUpdateAsync<T>(string key, T value, ulong revision, TimeSpan ttl, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes a key: writes an entry without a value. The history of the key is kept. A key that does not exist is not an error.</summary>
    /// <param name="key">The key to delete.</param>
    /// <param name="opts">A condition, and whether the history is removed. Null: neither.</param>
    /// <param name="cancellationToken">Cancels waiting; after the write was sent, its outcome is unknown.</param>
    /// <returns>A task that completes when the deletion is stored.</returns>
    /// <exception cref="NatsKVWrongLastRevisionException">The key has another last revision than the options require.</exception>
    ValueTask DeleteAsync(string key, NatsKVDeleteOpts? opts = null, CancellationToken cancellationToken = default);

    /// <returns>Success, or the exception.</returns>
    /// <inheritdoc cref="DeleteAsync"/>
    ValueTask<NatsResult> TryDeleteAsync(string key, NatsKVDeleteOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes a key with its history: all its entries are replaced by one without a value.</summary>
    /// <param name="key">The key to delete.</param>
    /// <param name="opts">A condition. Null: none.</param>
    /// <param name="cancellationToken">Cancels waiting; after the write was sent, its outcome is unknown.</param>
    /// <returns>A task that completes when the deletion is stored.</returns>
    /// <exception cref="NatsKVWrongLastRevisionException">The key has another last revision than the options require.</exception>
    ValueTask PurgeAsync(string key, NatsKVDeleteOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes a key with its history. The entry without a value expires as well (since server 2.11).</summary>
    /// <param name="key">The key to delete.</param>
    /// <param name="ttl">The time after which the deletion expires, at least 1 s, in whole milliseconds; zero: never. The bucket needs <see cref="NatsKVConfig.LimitMarkerTTL"/>.</param>
    /// <param name="opts">A condition. Null: none.</param>
    /// <param name="cancellationToken">Cancels waiting; after the write was sent, its outcome is unknown.</param>
    /// <exception cref="NatsKVException">The bucket does not allow a time to live.</exception>
    /// <inheritdoc cref="PurgeAsync(string, NatsKVDeleteOpts, CancellationToken)"/>
    ValueTask PurgeAsync(string key, TimeSpan ttl, NatsKVDeleteOpts? opts = null, CancellationToken cancellationToken = default);

    /// <returns>Success, or the exception.</returns>
    /// <inheritdoc cref="PurgeAsync(string, NatsKVDeleteOpts, CancellationToken)"/>
    ValueTask<NatsResult> TryPurgeAsync(string key, NatsKVDeleteOpts? opts = null, CancellationToken cancellationToken = default);

    /// <returns>Success, or the exception.</returns>
    /// <inheritdoc cref="PurgeAsync(string, TimeSpan, NatsKVDeleteOpts, CancellationToken)"/>
    ValueTask<NatsResult> TryPurgeAsync(string key, TimeSpan ttl, NatsKVDeleteOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads the last entry of a key, or one of its earlier entries. Any replica answers (direct get), so that an entry that was just written
    /// may not be found in a bucket with several replicas.
    /// </summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key to read.</param>
    /// <param name="revision">The exact revision of the entry; 0: the last entry.</param>
    /// <param name="serializer">The deserializer. Null: the one of the connection's registry.</param>
    /// <param name="cancellationToken">Cancels waiting for the response.</param>
    /// <returns>The entry.</returns>
    /// <exception cref="NatsKVKeyNotFoundException">The key has no entry, or none with this revision.</exception>
    /// <exception cref="NatsKVKeyDeletedException">The entry is a deletion.</exception>
    ValueTask<NatsKVEntry<T>> GetEntryAsync<T>(string key, ulong revision = 0, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default);

    /// <returns>The entry, or the exception.</returns>
    /// <inheritdoc cref="GetEntryAsync"/>
    ValueTask<NatsResult<NatsKVEntry<T>>> TryGetEntryAsync<T>(string key, ulong revision = 0, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default);

    /// <summary>Writes the values of many keys, with many writes in flight. The entries of one key are stored in the given order.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="entries">The keys and values. All keys are checked before the first write.</param>
    /// <param name="serializer">The serializer. Null: the one of the connection's registry.</param>
    /// <param name="cancellationToken">Cancels the writes that were not sent.</param>
    /// <returns>The outcome of each entry, in the order of the entries. A failure does not stop the others.</returns>
    /// <exception cref="NatsKVException">A key is not valid. Nothing was written.</exception>
    ValueTask<IReadOnlyList<NatsKVPutResult>> PutManyAsync<T>(IEnumerable<KeyValuePair<string, T>> entries, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Changes several keys together: the bucket stores all changes or none (since server 2.12). The bucket needs
    /// <see cref="NatsKVConfig.AllowAtomic"/>. All changes have message ids: an update that the server rejects temporarily, or whose ack is
    /// missing, is sent again until <see cref="NatsJSOpts.PublishTimeout"/> and stored once.
    /// </summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="changes">The changes, at most 1,000, each of another key. All of them are checked before the first one is sent.</param>
    /// <param name="serializer">The serializer. Null: the one of the connection's registry.</param>
    /// <param name="cancellationToken">Cancels waiting; after the last change was sent, the outcome is unknown.</param>
    /// <returns>
    /// The revisions, in the order of the changes. All are 0 when the ack was lost, and the keys were written again before their revisions could
    /// be read: the update is stored nevertheless.
    /// </returns>
    /// <exception cref="NatsKVException">A key is not valid or occurs twice, or the bucket does not allow the update. Nothing was written.</exception>
    /// <exception cref="NatsKVUpdateManyException">A key has another last revision than the expected one, or exists. Nothing was written.</exception>
    /// <exception cref="NatsJSBatchException">The outcome is unknown: all changes may be stored, or none.</exception>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server does not support atomic updates. Nothing was written.</exception>
    /// <exception cref="ArgumentException">There are more than 1,000 changes, or a time to live is not valid.</exception>
    ValueTask<IReadOnlyList<ulong>> UpdateManyAsync<T>(IEnumerable<NatsKVChange<T>> changes, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default);

    /// <returns>The revisions, in the order of the changes, or the exception.</returns>
    /// <inheritdoc cref="UpdateManyAsync"/>
    ValueTask<NatsResult<IReadOnlyList<ulong>>> TryUpdateManyAsync<T>(IEnumerable<NatsKVChange<T>> changes, INatsSerialize<T>? serializer = null, CancellationToken cancellationToken = default);

    /// <summary>Reads the last entries of many keys, with many reads in flight. Keys without an entry, and deleted ones, are left out.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="keys">The keys. All of them are checked before the first read.</param>
    /// <param name="serializer">The deserializer. Null: the one of the connection's registry.</param>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    /// <returns>The entries, in the order of the keys.</returns>
    /// <exception cref="NatsKVException">A key is not valid. Nothing was read.</exception>
    IAsyncEnumerable<NatsKVEntry<T>> GetManyAsync<T>(IEnumerable<string> keys, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Delivers the last entry of each matching key, and then every entry that is written. The watch continues after reconnects, elections and
    /// restarts of servers, and ends with its enumeration.
    /// </summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="key">The key, or a filter with the wildcards <c>*</c> for one token and, at its end, <c>&gt;</c> for all that follow.</param>
    /// <param name="serializer">The deserializer. Null: the one of the connection's registry.</param>
    /// <param name="opts">What is delivered. Null: the defaults.</param>
    /// <param name="cancellationToken">Ends the enumeration, with an exception unless <see cref="NatsKVOpts.WatcherThrowOnCancellation"/> is false.</param>
    /// <returns>The entries, including deletions, in the order in which they were written.</returns>
    /// <exception cref="NatsKVException">A filter is not valid.</exception>
    /// <exception cref="NatsJSConsumerLostException">The bucket was deleted.</exception>
    IAsyncEnumerable<NatsKVEntry<T>> WatchAsync<T>(string key, INatsDeserialize<T>? serializer = null, NatsKVWatchOpts? opts = null, CancellationToken cancellationToken = default);

    /// <param name="keys">The keys or filters. They must not overlap; more than one needs server 2.10.</param>
    /// <param name="serializer">The deserializer. Null: the one of the connection's registry.</param>
    /// <param name="opts">What is delivered. Null: the defaults.</param>
    /// <param name="cancellationToken">Ends the enumeration, with an exception unless <see cref="NatsKVOpts.WatcherThrowOnCancellation"/> is false.</param>
    /// <inheritdoc cref="WatchAsync{T}(string, INatsDeserialize{T}, NatsKVWatchOpts, CancellationToken)"/>
    IAsyncEnumerable<NatsKVEntry<T>> WatchAsync<T>(IEnumerable<string> keys, INatsDeserialize<T>? serializer = null, NatsKVWatchOpts? opts = null, CancellationToken cancellationToken = default);

    /// <param name="serializer">The deserializer. Null: the one of the connection's registry.</param>
    /// <param name="opts">What is delivered. Null: the defaults.</param>
    /// <param name="cancellationToken">Ends the enumeration, with an exception unless <see cref="NatsKVOpts.WatcherThrowOnCancellation"/> is false.</param>
    /// <inheritdoc cref="WatchAsync{T}(string, INatsDeserialize{T}, NatsKVWatchOpts, CancellationToken)"/>
    IAsyncEnumerable<NatsKVEntry<T>> WatchAsync<T>(INatsDeserialize<T>? serializer = null, NatsKVWatchOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Starts a watch with a handle, which has a state and reports when entries that were read are no longer valid.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="keys">The keys or filters; more than one needs server 2.10. Null: all keys.</param>
    /// <param name="serializer">The deserializer. Null: the one of the connection's registry.</param>
    /// <param name="opts">What is delivered; <see cref="NatsKVWatchOpts.OnNoData"/> is not called. Null: the defaults.</param>
    /// <param name="cancellationToken">Cancels the start. The watch ends when it is stopped.</param>
    /// <returns>The running watch.</returns>
    /// <exception cref="NatsKVException">A filter is not valid.</exception>
    ValueTask<INatsKVWatch<T>> StartWatchAsync<T>(IEnumerable<string>? keys = null, INatsDeserialize<T>? serializer = null, NatsKVWatchOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Delivers all entries that the bucket has of a key, and ends.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="key">The key, or a filter with wildcards.</param>
    /// <param name="serializer">The deserializer. Null: the one of the connection's registry.</param>
    /// <param name="opts">Whether deletions and values are left out. Null: they are not.</param>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    /// <returns>The entries, including deletions, in the order in which they were written.</returns>
    /// <exception cref="NatsKVException">The filter is not valid.</exception>
    IAsyncEnumerable<NatsKVEntry<T>> HistoryAsync<T>(string key, INatsDeserialize<T>? serializer = null, NatsKVWatchOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Requests the present state of the bucket.</summary>
    /// <param name="cancellationToken">Cancels waiting for the response.</param>
    /// <returns>The state of the bucket.</returns>
    ValueTask<NatsKVStatus> GetStatusAsync(CancellationToken cancellationToken = default);

    /// <summary>Removes the entries of all deleted keys from the bucket.</summary>
    /// <param name="opts">The age below which the marker of a deletion is kept. Null: none is kept.</param>
    /// <param name="cancellationToken">Cancels the removal; keys may be left.</param>
    /// <returns>A task that completes when all of them are removed.</returns>
    ValueTask PurgeDeletesAsync(NatsKVPurgeOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Lists the keys that have a value.</summary>
    /// <param name="opts">The interval of heartbeats. Null: the default.</param>
    /// <param name="cancellationToken">Cancels the list.</param>
    /// <returns>The keys, in the order of their last writes.</returns>
    IAsyncEnumerable<string> GetKeysAsync(NatsKVWatchOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Lists the keys that match a filter and have a value.</summary>
    /// <param name="filters">The keys or filters; more than one needs server 2.10.</param>
    /// <param name="opts">The interval of heartbeats. Null: the default.</param>
    /// <param name="cancellationToken">Cancels the list.</param>
    /// <returns>The keys, in the order of their last writes.</returns>
    /// <exception cref="NatsKVException">A filter is not valid.</exception>
    IAsyncEnumerable<string> GetKeysAsync(IEnumerable<string> filters, NatsKVWatchOpts? opts = null, CancellationToken cancellationToken = default);
}
