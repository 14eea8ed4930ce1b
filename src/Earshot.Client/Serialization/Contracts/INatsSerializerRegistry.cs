namespace Earshot;

/// <summary>Gives a connection the serializers for the types its calls name.</summary>
/// <remarks>
/// The connection asks when a call passes no serializer. All threads ask the same instance; hand out cached serializers,
/// because a publish asks every time.
/// </remarks>
public interface INatsSerializerRegistry
{
    /// <summary>Returns the serializer for publishing <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">The type a caller publishes.</typeparam>
    /// <returns>A serializer; one that does not know the type throws when it is used.</returns>
    INatsSerialize<T> GetSerializer<T>();

    /// <summary>Returns the deserializer for receiving <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">The type a subscriber receives.</typeparam>
    /// <returns>A deserializer; one that does not know the type throws when it is used.</returns>
    INatsDeserialize<T> GetDeserializer<T>();
}
