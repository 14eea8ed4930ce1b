using System.Buffers;
using Earshot.KeyValueStore.Buckets;

namespace Earshot.KeyValueStore.Writing;

/// <summary>
/// A serialized value, which may be sent several times. A value itself may be serialized only once: a serializer disposes the owner of a
/// pooled array, and the array is another's afterwards.
/// </summary>
/// <param name="Bytes">The bytes of the value.</param>
/// <param name="Headers">The headers that the serializer has set. Null: none.</param>
internal readonly record struct EntryPayload(ReadOnlyMemory<byte> Bytes, NatsHeaders? Headers)
{
    /// <summary>Serializes the value of a key. Null is an empty payload, whatever the serializer.</summary>
    /// <param name="routes">The bucket of the key.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value, whose ownership is transferred to the serializer.</param>
    /// <param name="serializer">The serializer. Null: the one of the connection's registry.</param>
    public static EntryPayload Of<T>(BucketRoutes routes, string key, T? value, INatsSerialize<T>? serializer)
    {
        if (value is null)
        {
            return default;
        }

        serializer ??= routes.Context.Connection.Opts.SerializerRegistry.GetSerializer<T>();
        var writer = new ArrayBufferWriter<byte>();
        if (serializer is not INatsSerializeWithContext<T> withContext)
        {
            serializer.Serialize(writer, value);
            return new EntryPayload(writer.WrittenMemory, null);
        }

        var headers = new NatsHeaders();
        withContext.Serialize(writer, value, new NatsMsgContext(routes.Written(key), null, headers));
        return new EntryPayload(writer.WrittenMemory, headers.Count > 0 ? headers : null);
    }
}
