using Earshot.JetStream.Context;
using Earshot.KeyValueStore.Buckets;

namespace Earshot.KeyValueStore.Writing;

/// <summary>Checks the changes of an atomic update and makes its messages, before anything is sent.</summary>
internal static class UpdateItems
{
    private const int Most = 1000; // of a batch, as nats-server 2.15 has it

    /// <summary>Returns why the changes are not valid, and releases their values then; null when they are valid.</summary>
    /// <exception cref="ArgumentException">There are too many changes, or a time to live is not valid.</exception>
    public static NatsKVException? Check<T>(List<NatsKVChange<T>> changes)
    {
        bool isValid = false;
        try
        {
            NatsKVException? error = FindError(changes);
            isValid = error is null;
            return error;
        }
        finally
        {
            if (!isValid)
            {
                Release(changes);
            }
        }
    }

    /// <summary>Disposes the values that are pooled owners: the update takes them over, also when it is refused.</summary>
    public static void Release<T>(IEnumerable<NatsKVChange<T>?> changes)
    {
        foreach (NatsKVChange<T>? change in changes)
        {
            if (change is not null)
            {
                JetStreamPort.Release(change.Value);
            }
        }
    }

    /// <summary>Serializes the values, so that an exception of a serializer comes before the first message.</summary>
    public static UpdateItem[] Of<T>(BucketRoutes routes, List<NatsKVChange<T>> changes, INatsSerialize<T>? serializer, CancellationToken cancellationToken)
    {
        var items = new UpdateItem[changes.Count];
        int taken = 0;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            serializer ??= routes.Context.Connection.Opts.SerializerRegistry.GetSerializer<T>();
            while (taken < items.Length)
            {
                int i = taken++; // from here on, the serializer has the value
                items[i] = Of(routes, changes[i], serializer);
            }

            return items;
        }
        catch
        {
            Release(changes.Skip(taken));
            throw;
        }
    }

    private static NatsKVException? FindError<T>(List<NatsKVChange<T>> changes)
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
