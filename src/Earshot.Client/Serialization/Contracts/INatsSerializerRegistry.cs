namespace Earshot;

/// <summary>Provides a connection with the serializers of the types that its calls use.</summary>
/// <remarks>
/// The connection asks when a call passes no serializer. All threads ask the same instance; hand out cached serializers,
/// because a publish asks every time.
/// </remarks>
public interface INatsSerializerRegistry
{
    /// <summary>Returns the serializer for publishing <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">The type a caller publishes.</typeparam>
    /// <returns>A serializer; it throws when it is used if it does not support the type.</returns>
    INatsSerialize<T> GetSerializer<T>();

    /// <summary>Returns the deserializer for receiving <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">The type a subscriber receives.</typeparam>
    /// <returns>A deserializer; it throws when it is used if it does not support the type.</returns>
    INatsDeserialize<T> GetDeserializer<T>();
}
