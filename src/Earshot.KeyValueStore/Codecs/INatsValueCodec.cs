using System.Buffers;

namespace Earshot.KeyValueStore;

/// <summary>
/// Converts serialized values before they are stored and after they are read (ADR-54): to encrypt or compress them, for example. Deletions
/// and empty values are not converted. One instance is used by all threads.
/// </summary>
public interface INatsValueCodec
{
    /// <summary>Converts a serialized value to the bytes that are stored.</summary>
    /// <param name="value">The serialized value; valid during this call only.</param>
    /// <param name="writer">The buffer to write to; valid during this call only.</param>
    void Encode(ReadOnlySequence<byte> value, IBufferWriter<byte> writer);

    /// <summary>Converts stored bytes to a serialized value. An exception becomes the error of the entry.</summary>
    /// <param name="stored">The stored bytes; valid during this call only.</param>
    /// <param name="writer">The buffer to write to; valid during this call only.</param>
    void Decode(ReadOnlySequence<byte> stored, IBufferWriter<byte> writer);
}
