using System.Buffers;

namespace Earshot;

/// <summary>Converts values of <typeparamref name="T"/> to payload bytes. One instance is used by all threads.</summary>
/// <typeparam name="T">The type a caller publishes.</typeparam>
/// <remarks>
/// One instance is used by all threads concurrently, so it must keep no state between calls. It runs on the thread of the
/// publisher; an exception that it throws is propagated to the publisher and no byte is sent.
/// </remarks>
public interface INatsSerialize<T>
{
    /// <summary>Writes the payload of one message.</summary>
    /// <param name="bufferWriter">The buffer to write to; it and its spans are valid during this call only.</param>
    /// <param name="value">The value to write. Writing nothing means an empty payload.</param>
    /// <exception cref="NatsException">The serializer does not know the type.</exception>
    void Serialize(IBufferWriter<byte> bufferWriter, T value);
}
