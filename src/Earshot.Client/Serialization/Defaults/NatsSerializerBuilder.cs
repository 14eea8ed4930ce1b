namespace Earshot;

/// <summary>Builds a chain of serializers that are used in the order in which they were added. Not thread-safe.</summary>
/// <typeparam name="T">The type published and received.</typeparam>
public class NatsSerializerBuilder<T>
{
    private readonly List<INatsSerializer<T>> _serializers = [];

    /// <summary>Adds a serializer to the end of the chain.</summary>
    /// <param name="serializer">The serializer to use for types that the previous ones do not support.</param>
    /// <returns>This builder.</returns>
    public NatsSerializerBuilder<T> Add(INatsSerializer<T> serializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        _serializers.Add(serializer);
        return this;
    }

    /// <summary>Builds the chain of serializers.</summary>
    /// <returns>The first serializer, combined with all that follow; <see cref="NatsDefaultSerializer{T}"/> when none was added.</returns>
    public INatsSerializer<T> Build()
    {
        if (_serializers.Count == 0)
        {
            return NatsDefaultSerializer<T>.Default;
        }

        // From the back, so that a serializer whose CombineWith replaces what followed it still keeps the whole rest.
        INatsSerializer<T> chain = _serializers[^1];
        for (int i = _serializers.Count - 2; i >= 0; i--)
        {
            chain = _serializers[i].CombineWith(chain);
        }

        return chain;
    }
}
