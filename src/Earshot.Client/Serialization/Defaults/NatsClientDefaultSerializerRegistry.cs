namespace Earshot;

/// <summary>A registry of <see cref="NatsClientDefaultSerializer{T}"/>: bytes, UTF-8 primitives, JSON by reflection.</summary>
public class NatsClientDefaultSerializerRegistry : INatsSerializerRegistry
{
    /// <summary>The shared instance of the registry.</summary>
    public static readonly NatsClientDefaultSerializerRegistry Default = new();

    /// <inheritdoc/>
    public INatsSerialize<T> GetSerializer<T>() => NatsClientDefaultSerializer<T>.Default;

    /// <inheritdoc/>
    public INatsDeserialize<T> GetDeserializer<T>() => NatsClientDefaultSerializer<T>.Default;
}
