using System.Buffers;

namespace Earshot;

/// <summary>Converts payload bytes to values of <typeparamref name="T"/>. One instance is used by all threads.</summary>
/// <typeparam name="T">The type a subscriber receives.</typeparam>
/// <remarks>
/// One instance is used by all threads concurrently. It runs on the reader's thread, never on the connection's read loop;
/// an exception that it throws becomes the error of that message.
/// </remarks>
public interface INatsDeserialize<T>
{
    /// <summary>Reads the payload of one message.</summary>
    /// <param name="buffer">The payload. Its memory is valid during this call only; copy what must live longer.</param>
    /// <returns>The value, or <see langword="default"/> where an empty payload means "no value".</returns>
    /// <exception cref="NatsException">The serializer does not know the type, or the bytes are not of it.</exception>
    T? Deserialize(in ReadOnlySequence<byte> buffer);
}
