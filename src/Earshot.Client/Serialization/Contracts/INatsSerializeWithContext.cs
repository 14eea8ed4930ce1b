using System.Buffers;

namespace Earshot;

/// <summary>A serializer that also uses the subject, the reply subject and the headers of the message, and may add headers.</summary>
/// <typeparam name="T">The type a caller publishes.</typeparam>
public interface INatsSerializeWithContext<T> : INatsSerialize<T>
{
    /// <summary>Writes the payload of one message.</summary>
    /// <param name="bufferWriter">The buffer to write to; valid during this call only.</param>
    /// <param name="value">The value to write.</param>
    /// <param name="context">The message around the payload. Headers set here are sent with the message.</param>
    /// <exception cref="NatsException">The serializer does not know the type.</exception>
    void Serialize(IBufferWriter<byte> bufferWriter, T value, in NatsMsgContext context);
}
