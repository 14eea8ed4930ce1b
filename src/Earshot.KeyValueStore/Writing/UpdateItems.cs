using Earshot.KeyValueStore.Buckets;

namespace Earshot.KeyValueStore.Writing;

/// <summary>Checks the changes of an atomic update and makes its messages, before anything is sent.</summary>
internal static class UpdateItems
{
    private const int Most = 1000; // of a batch, as nats-server 2.15 has it

    /// <summary>Returns why the changes are not valid; null when they are.</summary>
    /// <exception cref="ArgumentException">There are too many changes, or a time to live is not valid.</exception>
    public static NatsKVException? Check<T>(IReadOnlyCollection<NatsKVChange<T>> changes)
    {
        if (changes.Count > Most)
        {
            throw new ArgumentException($"An update has at most {Most} keys, and this one has {changes.Count}.", nameof(changes));
        }

        var keys = new HashSet<string>();
        foreach (NatsKVChange<T> change in changes)
        {
            ArgumentNullException.ThrowIfNull(change, nameof(changes));
            if (KeyRules.CheckKey(change.Key) is { } error)
            {
                return error;
            }

            if (!keys.Add(change.Key))
            {
                return new NatsKVException($"The key '{change.Key}' occurs twice in the update; a key can be changed only once.");
            }

            EntryWriter.CheckTtl(change.Ttl);
        }

        return null;
    }

    /// <summary>Serializes the values, so that an exception of a serializer comes before the first message.</summary>
    public static UpdateItem[] Of<T>(BucketRoutes routes, IEnumerable<NatsKVChange<T>> changes, INatsSerialize<T>? serializer)
    {
        serializer ??= routes.Context.Connection.Opts.SerializerRegistry.GetSerializer<T>();
        return [.. changes.Select(change => Of(routes, change, serializer))];
    }

    private static UpdateItem Of<T>(BucketRoutes routes, NatsKVChange<T> change, INatsSerialize<T> serializer)
    {
        EntryPayload payload = change.Operation == NatsKVOperation.Put ? EntryPayload.Of(routes, change.Key, change.Value, serializer) : default;
        return new UpdateItem(change.Key, EntryWriter.NextId())
        {
            Payload = payload.Bytes,
            Headers = change.Operation != NatsKVOperation.Put ? EntryWriter.HeadersOf(change.Operation) : payload.Headers,
            Expected = change.MustNotExist ? 0 : change.Revision,
            MustNotExist = change.MustNotExist,
            Ttl = change.Ttl,
        };
    }
}
