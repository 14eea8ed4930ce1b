using System.Buffers;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Earshot.Serialization;

namespace Earshot;

/// <summary>
/// Serializes JSON with source-generated contexts, which support trimming and native AOT. Types that no context lists are passed to the
/// next serializer.
/// </summary>
/// <typeparam name="T">The type published and received.</typeparam>
/// <remarks>
/// An empty payload is read as <see langword="default"/>. Nesting deeper than 64 levels is refused in both directions,
/// whatever the options of the context say.
/// </remarks>
public sealed class NatsJsonContextSerializer<T> : INatsSerializer<T>, INatsSerializerWithContext<T>
{
    private readonly JsonTypeInfo<T>? _typeInfo;
    private readonly INatsSerializer<T>? _next;

    /// <summary>Initializes a serializer with several contexts; the first that lists the type is used.</summary>
    /// <param name="contexts">The source-generated contexts.</param>
    /// <param name="next">The serializer to use for types that no context lists, or null.</param>
    public NatsJsonContextSerializer(JsonSerializerContext[] contexts, INatsSerializer<T>? next = null)
    {
        ArgumentNullException.ThrowIfNull(contexts);
        _typeInfo = contexts.Select(static context => context.GetTypeInfo(typeof(T))).OfType<JsonTypeInfo<T>>().FirstOrDefault();
        _next = next;
    }

    /// <summary>Initializes a serializer with one context.</summary>
    /// <param name="context">The source-generated context.</param>
    /// <param name="next">The serializer to use for types that the context does not list, or null.</param>
    public NatsJsonContextSerializer(JsonSerializerContext context, INatsSerializer<T>? next = null)
        : this([context], next)
    {
    }

    private NatsJsonContextSerializer(JsonTypeInfo<T>? typeInfo, INatsSerializer<T>? next)
    {
        _typeInfo = typeInfo;
        _next = next;
    }

    /// <inheritdoc/>
    public INatsSerializer<T> CombineWith(INatsSerializer<T> next) =>
        new NatsJsonContextSerializer<T>(_typeInfo, SerializerChain.Append(_next, next));

    /// <inheritdoc/>
    public void Serialize(IBufferWriter<byte> bufferWriter, T value)
    {
        if (_typeInfo is not null)
        {
            JsonPayload.Write(bufferWriter, value, _typeInfo);
        }
        else
        {
            (_next ?? throw SerializerChain.UnknownType<T>()).Serialize(bufferWriter, value);
        }
    }

    /// <inheritdoc/>
    public void Serialize(IBufferWriter<byte> bufferWriter, T value, in NatsMsgContext context)
    {
        if (_typeInfo is null && _next is not null)
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
        _typeInfo is not null
            ? JsonPayload.Read(in buffer, _typeInfo)
            : (_next ?? throw SerializerChain.UnknownType<T>()).Deserialize(in buffer);

    /// <inheritdoc/>
    public T? Deserialize(in ReadOnlySequence<byte> buffer, in NatsMsgContext context) =>
        _typeInfo is null && _next is not null ? _next.Deserialize(in buffer, in context) : Deserialize(in buffer);
}
