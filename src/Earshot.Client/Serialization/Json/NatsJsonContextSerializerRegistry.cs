using System.Text.Json.Serialization;
using Earshot.Serialization;

namespace Earshot;

/// <summary>
/// A registry of serializers for bytes, UTF-8 primitives, and JSON with source-generated contexts, in this order. For applications that
/// are trimmed or published with native AOT.
/// </summary>
public sealed class NatsJsonContextSerializerRegistry : INatsSerializerRegistry
{
    private readonly JsonSerializerContext[] _contexts;
    private readonly SerializerCache _cache = new();

    /// <summary>Initializes a registry with source-generated contexts.</summary>
    /// <param name="contexts">The source-generated contexts; the first that lists a type is used for it.</param>
    public NatsJsonContextSerializerRegistry(params JsonSerializerContext[] contexts)
    {
        ArgumentNullException.ThrowIfNull(contexts);
        _contexts = [.. contexts];
    }

    /// <inheritdoc/>
    public INatsSerialize<T> GetSerializer<T>() => Get<T>();

    /// <inheritdoc/>
    public INatsDeserialize<T> GetDeserializer<T>() => Get<T>();

    private INatsSerializer<T> Get<T>() =>
        _cache.Get(_contexts, static contexts => JsonPayload.AfterRaw(new NatsJsonContextSerializer<T>(contexts)));
}
