using System.Buffers;

namespace Earshot;

/// <summary>Converts payload bytes to values of <typeparamref name="T"/>. One instance is used by all threads.</summary>
/// <typeparam name="T">The type a subscriber receives.</typeparam>
/// <remarks>
/// One instance serves all threads at once. It runs on the receiving user's side, never on the connection's read loop;
/// what it throws becomes the error of that one message.
/// </remarks>
public interface INatsDeserialize<T>
{
    /// <summary>Reads the payload of one message.</summary>
    /// <param name="buffer">The payload. Its memory is valid during this call only; copy what must live longer.</param>
    /// <returns>The value, or <see langword="default"/> where an empty payload means "no value".</returns>
    /// <exception cref="NatsException">The serializer does not know the type, or the bytes are not of it.</exception>
    T? Deserialize(in ReadOnlySequence<byte> buffer);
}
