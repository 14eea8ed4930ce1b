namespace Earshot.KeyValueStore;

/// <summary>Creates the changes of an update of several keys, see <see cref="INatsKVStore.UpdateManyAsync"/>.</summary>
public static class NatsKVChange
{
    /// <summary>Writes the value of a key, whether it exists or not.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key to write.</param>
    /// <param name="value">The value.</param>
    /// <returns>The change.</returns>
    public static NatsKVChange<T> Put<T>(string key, T value) => new(key, NatsKVOperation.Put) { Value = value };

    /// <summary>Writes the value of a key that does not exist or is deleted.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key to create.</param>
    /// <param name="value">The value.</param>
    /// <returns>The change.</returns>
    public static NatsKVChange<T> Create<T>(string key, T value) => new(key, NatsKVOperation.Put) { Value = value, MustNotExist = true };

    /// <summary>Writes the value of a key whose last revision is the given one.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key to update.</param>
    /// <param name="value">The value.</param>
    /// <param name="revision">The expected last revision; 0: the key must have no entry.</param>
    /// <returns>The change.</returns>
    public static NatsKVChange<T> Update<T>(string key, T value, ulong revision) => new(key, NatsKVOperation.Put) { Value = value, Revision = revision };

    /// <summary>Deletes a key: writes an entry without a value, and keeps the history of the key.</summary>
    /// <typeparam name="T">The type of the values of the other changes.</typeparam>
    /// <param name="key">The key to delete.</param>
    /// <param name="revision">The expected last revision. Null: no condition.</param>
    /// <returns>The change.</returns>
    public static NatsKVChange<T> Delete<T>(string key, ulong? revision = null) => new(key, NatsKVOperation.Del) { Revision = revision };

    /// <summary>Deletes a key with its history: all its entries are replaced by one without a value.</summary>
    /// <typeparam name="T">The type of the values of the other changes.</typeparam>
    /// <param name="key">The key to delete.</param>
    /// <param name="revision">The expected last revision. Null: no condition.</param>
    /// <returns>The change.</returns>
    public static NatsKVChange<T> Purge<T>(string key, ulong? revision = null) => new(key, NatsKVOperation.Purge) { Revision = revision };
}

/// <summary>The change of one key in an update of several keys. <see cref="NatsKVChange"/> creates it.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
public sealed record NatsKVChange<T>
{
    internal NatsKVChange(string key, NatsKVOperation operation) => (Key, Operation) = (key, operation);

    /// <summary>The key that is changed.</summary>
    public string Key { get; init; }

    /// <summary>Whether a value or a deletion is written.</summary>
    public NatsKVOperation Operation { get; }

    /// <summary>The value to write; the default for a deletion.</summary>
    public T? Value { get; internal init; }

    /// <summary>The expected last revision of the key; 0: it must have no entry. Null: no condition on the revision.</summary>
    public ulong? Revision { get; internal init; }

    /// <summary>Whether the key must not exist: it has no entry, or its last entry is a deletion.</summary>
    public bool MustNotExist { get; internal init; }

    /// <summary>
    /// The time after which the entry expires, at least 1 s, in whole milliseconds; zero: as the bucket specifies. The bucket needs
    /// <see cref="NatsKVConfig.LimitMarkerTTL"/>. Default: zero.
    /// </summary>
    public TimeSpan Ttl { get; init; }
}
