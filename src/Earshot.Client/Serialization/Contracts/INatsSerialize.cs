using System.Buffers;

namespace Earshot;

/// <summary>
/// Turns values of <typeparamref name="T"/> into payload bytes. Owns nothing of the message but its payload.
/// </summary>
/// <typeparam name="T">The type a caller publishes.</typeparam>
/// <remarks>
/// One instance serves all threads at once, so it must keep no state between calls. It runs on the publishing caller's
/// thread; what it throws reaches that caller and no byte is sent.
/// </remarks>
public interface INatsSerialize<T>
{
    /// <summary>Writes the payload of one message.</summary>
    /// <param name="bufferWriter">
    /// Where the bytes go. It is valid during this call only; keeping it, or a span it gave out, is an error.
    /// </param>
    /// <param name="value">The value to write. Writing nothing means an empty payload.</param>
    /// <exception cref="NatsException">The serializer does not know the type.</exception>
    void Serialize(IBufferWriter<byte> bufferWriter, T value);
}
