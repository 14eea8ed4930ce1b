using System.Buffers;

namespace Earshot;

/// <summary>A deserializer that also uses the subject, the reply subject and the headers of the message.</summary>
/// <typeparam name="T">The type a subscriber receives.</typeparam>
public interface INatsDeserializeWithContext<T> : INatsDeserialize<T>
{
    /// <summary>Reads the payload of one message.</summary>
    /// <param name="buffer">The payload; valid during this call only.</param>
    /// <param name="context">The message around the payload.</param>
    /// <returns>The value, or <see langword="default"/> where an empty payload means "no value".</returns>
    /// <exception cref="NatsException">The serializer does not know the type, or the bytes are not of it.</exception>
    T? Deserialize(in ReadOnlySequence<byte> buffer, in NatsMsgContext context);
}
