using System.Text.Json;
using Earshot.Serialization;

namespace Earshot;

/// <summary>A registry of serializers for bytes, UTF-8 primitives, and JSON with given options, in this order.</summary>
public class NatsJsonContextOptionsSerializerRegistry : INatsSerializerRegistry
{
    private readonly JsonSerializerOptions _options;
    private readonly SerializerCache _cache = new();

    /// <summary>Initializes a registry with options, which become read-only.</summary>
    /// <param name="options">Options with a <see cref="JsonSerializerOptions.TypeInfoResolver"/>.</param>
    /// <exception cref="InvalidOperationException">The options have no resolver.</exception>
    public NatsJsonContextOptionsSerializerRegistry(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.MakeReadOnly();
        _options = options;
    }

    /// <inheritdoc/>
    public INatsSerialize<T> GetSerializer<T>() => Get<T>();

    /// <inheritdoc/>
    public INatsDeserialize<T> GetDeserializer<T>() => Get<T>();

    private INatsSerializer<T> Get<T>() =>
        _cache.Get(_options, static options => JsonPayload.AfterRaw(new NatsJsonOptionsSerializer<T>(options)));
}
