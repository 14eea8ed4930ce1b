using Earshot.JetStream.Context;

namespace Earshot.KeyValueStore.Codecs;

/// <summary>Converts the keys of entries that were read.</summary>
internal static class DecodedEntry
{
    /// <summary>Returns the entry with the key of the application. The value of an entry whose key cannot be converted is released.</summary>
    public static NatsKVEntry<T> Of<T>(in NatsKVEntry<T> entry, INatsKeyCodec codec)
    {
        try
        {
            return entry with { Key = codec.Decode(entry.Key) };
        }
        catch
        {
            JetStreamPort.Release(entry.Value);
            throw;
        }
    }
}
