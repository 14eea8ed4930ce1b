using System.Buffers;
using Earshot.Serialization;

namespace Earshot;

/// <summary>
/// Serializes payloads that are bytes: <c>byte[]</c>, <see cref="Memory{T}"/>, <see cref="ReadOnlyMemory{T}"/>,
/// <see cref="ReadOnlySequence{T}"/>, <see cref="IMemoryOwner{T}"/>, <see cref="NatsMemoryOwner{T}"/> and
/// <see cref="NatsBufferWriter{T}"/> of byte. Other types are passed to the next serializer.
/// </summary>
/// <typeparam name="T">The type published and received.</typeparam>
/// <remarks>
/// An owner is disposed once its bytes are written. Received values are copies that belong to the receiver, pooled ones
/// where the type is an owner. <see langword="null"/> is written as an empty payload; an empty payload is read as
/// <see langword="default"/>, which is <see langword="null"/> for arrays and interfaces and empty otherwise.
/// </remarks>
public class NatsRawSerializer<T> : INatsSerializer<T>, INatsSerializerWithContext<T>
{
    /// <summary>A serializer without a next one.</summary>
    public static readonly NatsRawSerializer<T> Default = new();

    private static readonly bool s_isRaw = RawPayload.Knows(typeof(T));

    /// <summary>Initializes a serializer with an optional next one.</summary>
    /// <param name="next">The serializer to use for types that are not bytes, or null.</param>
    public NatsRawSerializer(INatsSerializer<T>? next = null) => Next = next;

    internal INatsSerializer<T>? Next { get; }

    /// <inheritdoc/>
    public INatsSerializer<T> CombineWith(INatsSerializer<T>? next) =>
        new NatsRawSerializer<T>(SerializerChain.Append(Next, next));

    /// <inheritdoc/>
    public void Serialize(IBufferWriter<byte> bufferWriter, T value)
    {
        ArgumentNullException.ThrowIfNull(bufferWriter);
        if (Takes(value))
        {
            RawPayload.Write(bufferWriter, value);
        }
        else
        {
            (Next ?? throw SerializerChain.UnknownType<T>()).Serialize(bufferWriter, value);
        }
    }

    /// <inheritdoc/>
    public void Serialize(IBufferWriter<byte> bufferWriter, T value, in NatsMsgContext context)
    {
        if (Next is null || Takes(value))
        {
            Serialize(bufferWriter, value);
        }
        else
        {
            Next.Serialize(bufferWriter, value, in context);
        }
    }

    /// <inheritdoc/>
    public T? Deserialize(in ReadOnlySequence<byte> buffer)
    {
        if (RawPayload.TryRead<T>(in buffer, out T? value))
        {
            return value;
        }

        return (Next ?? throw SerializerChain.UnknownType<T>()).Deserialize(in buffer);
    }

    /// <inheritdoc/>
    public T? Deserialize(in ReadOnlySequence<byte> buffer, in NatsMsgContext context)
    {
        if (Next is null || RawPayload.CanRead(typeof(T)))
        {
            return Deserialize(in buffer);
        }

        return Next.Deserialize(in buffer, in context);
    }

    private static bool Takes(T value) => s_isRaw || (typeof(T) == typeof(object) && RawPayload.Knows(value?.GetType()));
}
