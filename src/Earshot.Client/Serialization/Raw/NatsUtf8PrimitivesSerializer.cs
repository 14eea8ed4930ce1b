using System.Buffers;
using Earshot.Serialization;

namespace Earshot;

/// <summary>
/// Serializes one primitive as UTF-8 text in the invariant culture: text, numbers, booleans, dates and times, time spans, GUIDs, and
/// their nullable forms. Other types are passed to the next serializer.
/// </summary>
/// <typeparam name="T">The type published and received.</typeparam>
/// <remarks>
/// Dates and times are written in round-trip form (<c>O</c>), with <c>Z</c> where they are UTC, time spans as <c>c</c>, GUIDs as <c>D</c>, floating-point
/// numbers in the shortest form that reads back the same. <see langword="null"/> is written as an empty payload. An empty
/// payload is read as <see langword="default"/>. The whole payload has to be the value: anything after it is an error.
/// <see cref="char"/>, <see cref="DateOnly"/> and <see cref="TimeOnly"/> are left to the next serializer where there is one. A primitive that
/// is published as <see cref="object"/> or as an interface is written as what it is.
/// </remarks>
public class NatsUtf8PrimitivesSerializer<T> : INatsSerializer<T>, INatsSerializerWithContext<T>
{
    /// <summary>A serializer without a next one.</summary>
    public static readonly NatsUtf8PrimitivesSerializer<T> Default = new();

    private static readonly Utf8Codec<T>? s_codec = Utf8Codecs.Create<T>();

    private static readonly bool s_isLeftToNext = Utf8Codecs.IsLeftToNext(typeof(T));

    // The type says nothing about the value.
    private static readonly bool s_mayHoldPrimitives = typeof(T) == typeof(object) || typeof(T).IsInterface;

    private readonly INatsSerializer<T>? _next;

    /// <summary>Initializes a serializer with an optional next one.</summary>
    /// <param name="next">The serializer to use for types that are not primitives, or null.</param>
    public NatsUtf8PrimitivesSerializer(INatsSerializer<T>? next = null) => _next = next;

    private Utf8Codec<T>? Codec => s_isLeftToNext && _next is not null ? null : s_codec;

    /// <inheritdoc/>
    public INatsSerializer<T> CombineWith(INatsSerializer<T>? next) =>
        new NatsUtf8PrimitivesSerializer<T>(SerializerChain.Append(_next, next));

    /// <inheritdoc/>
    public void Serialize(IBufferWriter<byte> bufferWriter, T value)
    {
        ArgumentNullException.ThrowIfNull(bufferWriter);
        if (!TryWrite(bufferWriter, value))
        {
            Next().Serialize(bufferWriter, value);
        }
    }

    /// <inheritdoc/>
    public void Serialize(IBufferWriter<byte> bufferWriter, T value, in NatsMsgContext context)
    {
        ArgumentNullException.ThrowIfNull(bufferWriter);
        if (!TryWrite(bufferWriter, value))
        {
            Next().Serialize(bufferWriter, value, in context);
        }
    }

    /// <inheritdoc/>
    public T? Deserialize(in ReadOnlySequence<byte> buffer) => Codec is { } codec ? codec.Read(in buffer) : Next().Deserialize(in buffer);

    /// <inheritdoc/>
    public T? Deserialize(in ReadOnlySequence<byte> buffer, in NatsMsgContext context) =>
        Codec is { } codec ? codec.Read(in buffer) : Next().Deserialize(in buffer, in context);

    private INatsSerializer<T> Next() => _next ?? throw SerializerChain.UnknownType<T>();

    private bool TryWrite(IBufferWriter<byte> bufferWriter, T value)
    {
        if (Codec is { } codec)
        {
            codec.Write(bufferWriter, value);
            return true;
        }

        return s_mayHoldPrimitives && value is not null && BoxedPrimitives.TryWrite(bufferWriter, value);
    }
}
