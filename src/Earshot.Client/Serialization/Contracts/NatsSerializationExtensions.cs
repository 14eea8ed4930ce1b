using System.Buffers;

namespace Earshot;

/// <summary>Extension methods that call a serializer with the context of the message if the serializer uses it.</summary>
public static class NatsSerializationExtensions
{
    /// <summary>Writes the payload, with the context if the serializer uses it.</summary>
    /// <typeparam name="T">The type published.</typeparam>
    /// <param name="serializer">The serializer, context-aware or not.</param>
    /// <param name="bufferWriter">The buffer to write to.</param>
    /// <param name="value">The value to write.</param>
    /// <param name="context">The message around the payload.</param>
    /// <exception cref="NatsException">The serializer does not know the type.</exception>
    public static void Serialize<T>(
        this INatsSerialize<T> serializer, IBufferWriter<byte> bufferWriter, T value, in NatsMsgContext context)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        if (serializer is INatsSerializeWithContext<T> withContext)
        {
            withContext.Serialize(bufferWriter, value, in context);
        }
        else
        {
            serializer.Serialize(bufferWriter, value);
        }
    }

    /// <summary>Reads the payload, with the context if the deserializer uses it.</summary>
    /// <typeparam name="T">The type received.</typeparam>
    /// <param name="deserializer">The deserializer, context-aware or not.</param>
    /// <param name="buffer">The payload.</param>
    /// <param name="context">The message around the payload.</param>
    /// <returns>What the deserializer returns.</returns>
    /// <exception cref="NatsException">The deserializer does not know the type, or the bytes are not of it.</exception>
    public static T? Deserialize<T>(
        this INatsDeserialize<T> deserializer, in ReadOnlySequence<byte> buffer, in NatsMsgContext context)
    {
        ArgumentNullException.ThrowIfNull(deserializer);
        return deserializer is INatsDeserializeWithContext<T> withContext
            ? withContext.Deserialize(in buffer, in context)
            : deserializer.Deserialize(in buffer);
    }
}
