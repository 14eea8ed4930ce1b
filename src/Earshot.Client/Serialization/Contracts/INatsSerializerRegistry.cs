namespace Earshot;

/// <summary>Provides a connection with the serializers of the types that its calls use.</summary>
/// <remarks>
/// The connection calls it when a call passes no serializer. All threads use the same instance; return cached serializers,
/// because each publish requests one.
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
