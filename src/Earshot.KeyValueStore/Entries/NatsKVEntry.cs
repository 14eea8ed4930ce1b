namespace Earshot.KeyValueStore;

/// <summary>One entry of a key, as stored in a bucket.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="Bucket">The name of the bucket.</param>
/// <param name="Key">The key of the entry.</param>
public readonly record struct NatsKVEntry<T>(string Bucket, string Key)
{
    /// <summary>The value; the default for a deletion, for an entry without its value and when <see cref="Error"/> is set.</summary>
    public T? Value { get; init; }

    /// <summary>The revision: the sequence of the entry in the stream of the bucket.</summary>
    public ulong Revision { get; init; }

    /// <summary>The number of entries that a watch has still to deliver at this moment; 0 for other reads.</summary>
    public ulong Delta { get; init; }

    /// <summary>The time at which the entry was stored.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>The operation that wrote the entry.</summary>
    public NatsKVOperation Operation { get; init; }

    /// <summary>The exception of the deserializer; null when the value could be read.</summary>
    public NatsException? Error { get; init; }

    /// <summary>Throws the exception of the deserializer, if there is one.</summary>
    /// <exception cref="NatsException">The value could not be read.</exception>
    public void EnsureSuccess()
    {
        if (Error is { } error)
        {
            throw error;
        }
    }
}
