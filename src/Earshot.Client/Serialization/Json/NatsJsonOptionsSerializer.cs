using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Earshot.Serialization;

namespace Earshot;

/// <summary>
/// Serializes JSON with <see cref="JsonSerializerOptions"/> that have a type information resolver, for example source-generated
/// contexts. Types that the resolver does not support are passed to the next serializer.
/// </summary>
/// <typeparam name="T">The type published and received.</typeparam>
/// <remarks>
/// An empty payload is read as <see langword="default"/>. Nesting deeper than 64 levels is refused in both directions,
/// whatever the options say.
/// </remarks>
public class NatsJsonOptionsSerializer<T> : INatsSerializer<T>
{
    private readonly Lazy<JsonTypeInfo<T>?> _typeInfo; // some types have none and make the resolver throw; in a chain another serializer has them
    private readonly INatsSerializer<T>? _next;

    /// <summary>Initializes a serializer with options, which become read-only.</summary>
    /// <param name="options">Options with a <see cref="JsonSerializerOptions.TypeInfoResolver"/>.</param>
    /// <exception cref="InvalidOperationException">The options have no resolver.</exception>
    public NatsJsonOptionsSerializer(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.MakeReadOnly();
        _typeInfo = new Lazy<JsonTypeInfo<T>?>(() => options.TryGetTypeInfo(typeof(T), out JsonTypeInfo? typeInfo) ? (JsonTypeInfo<T>)typeInfo : null);
    }

    private NatsJsonOptionsSerializer(Lazy<JsonTypeInfo<T>?> typeInfo, INatsSerializer<T>? next)
    {
        _typeInfo = typeInfo;
        _next = next;
    }

    /// <inheritdoc/>
    public void Serialize(IBufferWriter<byte> bufferWriter, T value)
    {
        if (_typeInfo.Value is { } typeInfo)
        {
            JsonPayload.Write(bufferWriter, value, typeInfo);
        }
        else
        {
            (_next ?? throw SerializerChain.UnknownType<T>()).Serialize(bufferWriter, value);
        }
    }

    /// <inheritdoc/>
    public T? Deserialize(in ReadOnlySequence<byte> buffer) =>
        _typeInfo.Value is { } typeInfo
            ? JsonPayload.Read(in buffer, typeInfo)
            : (_next ?? throw SerializerChain.UnknownType<T>()).Deserialize(in buffer);

    /// <inheritdoc/>
    public INatsSerializer<T> CombineWith(INatsSerializer<T> next) =>
        new NatsJsonOptionsSerializer<T>(_typeInfo, SerializerChain.Append(_next, next));
}
