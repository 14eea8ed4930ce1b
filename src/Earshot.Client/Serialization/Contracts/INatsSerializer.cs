namespace Earshot;

/// <summary>A serializer and deserializer of one type that can be combined with others.</summary>
/// <typeparam name="T">The type published and received.</typeparam>
public interface INatsSerializer<T> : INatsSerialize<T>, INatsDeserialize<T>
{
    /// <summary>Creates a serializer that uses <paramref name="next"/> for types that this one does not support.</summary>
    /// <param name="next">The serializer to use for other types.</param>
    /// <returns>A new serializer; neither part is changed.</returns>
    INatsSerializer<T> CombineWith(INatsSerializer<T> next);
}
