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
/// </remarks>
public class NatsUtf8PrimitivesSerializer<T> : INatsSerializer<T>, INatsSerializerWithContext<T>
{
    /// <summary>A serializer without a next one.</summary>
    public static readonly NatsUtf8PrimitivesSerializer<T> Default = new();

    private static readonly Utf8Codec<T>? s_codec = Utf8Codecs.Create<T>();

    private readonly INatsSerializer<T>? _next;

    /// <summary>Initializes a serializer with an optional next one.</summary>
    /// <param name="next">The serializer to use for types that are not primitives, or null.</param>
    public NatsUtf8PrimitivesSerializer(INatsSerializer<T>? next = null) => _next = next;

    /// <inheritdoc/>
    public INatsSerializer<T> CombineWith(INatsSerializer<T>? next) =>
        new NatsUtf8PrimitivesSerializer<T>(SerializerChain.Append(_next, next));

    /// <inheritdoc/>
    public void Serialize(IBufferWriter<byte> bufferWriter, T value)
    {
        ArgumentNullException.ThrowIfNull(bufferWriter);
        if (s_codec is { } codec)
        {
            codec.Write(bufferWriter, value);
        }
        else
        {
            (_next ?? throw SerializerChain.UnknownType<T>()).Serialize(bufferWriter, value);
        }
    }

    /// <inheritdoc/>
    public void Serialize(IBufferWriter<byte> bufferWriter, T value, in NatsMsgContext context)
    {
        if (s_codec is null && _next is not null)
        {
            _next.Serialize(bufferWriter, value, in context);
        }
        else
        {
            Serialize(bufferWriter, value);
        }
    }

    /// <inheritdoc/>
    public T? Deserialize(in ReadOnlySequence<byte> buffer) =>
        s_codec is { } codec
            ? codec.Read(in buffer)
            : (_next ?? throw SerializerChain.UnknownType<T>()).Deserialize(in buffer);

    /// <inheritdoc/>
    public T? Deserialize(in ReadOnlySequence<byte> buffer, in NatsMsgContext context) =>
        s_codec is null && _next is not null ? _next.Deserialize(in buffer, in context) : Deserialize(in buffer);
}
