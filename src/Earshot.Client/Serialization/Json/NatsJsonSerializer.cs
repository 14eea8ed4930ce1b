using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Earshot.Serialization;

namespace Earshot;

/// <summary>
/// Serializes every type as JSON by reflection: bytes become base64 text and strings are quoted. Applications that are trimmed or
/// published with native AOT use <see cref="NatsJsonContextSerializer{T}"/> instead.
/// </summary>
/// <typeparam name="T">The type published and received.</typeparam>
/// <remarks>
/// An empty payload is read as <see langword="default"/>. Nesting deeper than 64 levels is refused in both directions,
/// whatever the options say. It supports every type, so a serializer combined with it is never used.
/// </remarks>
[RequiresUnreferencedCode("JSON by reflection needs members that trimming may remove. Use NatsJsonContextSerializer<T>.")]
[RequiresDynamicCode("JSON by reflection may need code at run time. Use NatsJsonContextSerializer<T>.")]
[SuppressMessage("Design", "CA1000", Justification = "The name and shape .NET users of NATS already write.")]
public sealed class NatsJsonSerializer<T> : INatsSerializer<T>
{
    private readonly JsonSerializerOptions _options;
    private readonly JsonWriterOptions? _writerOptions;
    private JsonTypeInfo<T>? _typeInfo; // made by the first use: some types have none, and in a chain another serializer has them

    /// <summary>Initializes a serializer with the default options: all properties are written, including those that are null.</summary>
    public NatsJsonSerializer()
        : this(JsonPayload.DefaultOptions)
    {
    }

    /// <summary>Initializes a serializer with options, which become read-only.</summary>
    /// <param name="opts">The options; without a resolver they get the one that uses reflection.</param>
    public NatsJsonSerializer(JsonSerializerOptions opts)
    {
        ArgumentNullException.ThrowIfNull(opts);
        opts.MakeReadOnly(populateMissingResolver: true);
        _options = opts;
    }

    /// <summary>Initializes a serializer with options, which become read-only, and writer options.</summary>
    /// <param name="opts">The options; without a resolver they get the one that uses reflection.</param>
    /// <param name="writerOpts">How the JSON text is written; taken instead of what <paramref name="opts"/> say about it.</param>
    public NatsJsonSerializer(JsonSerializerOptions opts, JsonWriterOptions writerOpts)
        : this(opts) => _writerOptions = writerOpts;

    /// <summary>The serializer with the default options: all properties are written, including those that are null.</summary>
    public static NatsJsonSerializer<T> Default { get; } = new();

    /// <inheritdoc/>
    public INatsSerializer<T> CombineWith(INatsSerializer<T> next) => this;

    /// <inheritdoc/>
    public void Serialize(IBufferWriter<byte> bufferWriter, T? value) =>
        JsonPayload.Write(bufferWriter, value!, TypeInfo, _writerOptions);

    /// <inheritdoc/>
    public T? Deserialize(in ReadOnlySequence<byte> buffer) => JsonPayload.Read(in buffer, TypeInfo);

    private JsonTypeInfo<T> TypeInfo => _typeInfo ??= (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T));
}
