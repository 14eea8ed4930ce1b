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

/// <summary>Turns payload bytes into values of <typeparamref name="T"/>.</summary>
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

/// <summary>A serializer that also looks at the subject, the reply subject and the headers, and may add headers.</summary>
/// <typeparam name="T">The type a caller publishes.</typeparam>
public interface INatsSerializeWithContext<T> : INatsSerialize<T>
{
    /// <summary>Writes the payload of one message.</summary>
    /// <param name="bufferWriter">Where the bytes go; valid during this call only.</param>
    /// <param name="value">The value to write.</param>
    /// <param name="context">The message around the payload. Headers set here are sent with the message.</param>
    /// <exception cref="NatsException">The serializer does not know the type.</exception>
    void Serialize(IBufferWriter<byte> bufferWriter, T value, in NatsMsgContext context);
}

/// <summary>A deserializer that also looks at the subject, the reply subject and the headers.</summary>
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

/// <summary>Both directions for one type, and the way to chain serializers.</summary>
/// <typeparam name="T">The type published and received.</typeparam>
public interface INatsSerializer<T> : INatsSerialize<T>, INatsDeserialize<T>
{
    /// <summary>Makes a serializer that asks this one first and <paramref name="next"/> where this one does not know the type.</summary>
    /// <param name="next">The serializer to ask afterwards.</param>
    /// <returns>The chain. Neither part is changed.</returns>
    INatsSerializer<T> CombineWith(INatsSerializer<T> next);
}

/// <summary>Both directions for one type, each with the message around the payload.</summary>
/// <typeparam name="T">The type published and received.</typeparam>
public interface INatsSerializerWithContext<T> : INatsSerializeWithContext<T>, INatsDeserializeWithContext<T>;

/// <summary>Gives a connection the serializers for the types its calls name.</summary>
/// <remarks>
/// The connection asks when a call passes no serializer. All threads ask the same instance; hand out cached serializers,
/// because a publish asks every time.
/// </remarks>
public interface INatsSerializerRegistry
{
    /// <summary>The serializer for publishing <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">The type a caller publishes.</typeparam>
    /// <returns>A serializer; one that does not know the type throws when it is used.</returns>
    INatsSerialize<T> GetSerializer<T>();

    /// <summary>The deserializer for receiving <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">The type a subscriber receives.</typeparam>
    /// <returns>A deserializer; one that does not know the type throws when it is used.</returns>
    INatsDeserialize<T> GetDeserializer<T>();
}
