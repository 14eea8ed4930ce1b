namespace Earshot;

/// <summary>A registry of <see cref="NatsDefaultSerializer{T}"/>: bytes and UTF-8 primitives.</summary>
public class NatsDefaultSerializerRegistry : INatsSerializerRegistry
{
    /// <summary>The shared instance of the registry.</summary>
    public static readonly NatsDefaultSerializerRegistry Default = new();

    /// <inheritdoc/>
    public INatsSerialize<T> GetSerializer<T>() => NatsDefaultSerializer<T>.Default;

    /// <inheritdoc/>
    public INatsDeserialize<T> GetDeserializer<T>() => NatsDefaultSerializer<T>.Default;
}
