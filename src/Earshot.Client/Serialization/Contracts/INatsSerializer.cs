namespace Earshot;

/// <summary>Both directions for one type, and the way to chain serializers.</summary>
/// <typeparam name="T">The type published and received.</typeparam>
public interface INatsSerializer<T> : INatsSerialize<T>, INatsDeserialize<T>
{
    /// <summary>Makes a serializer that asks this one first and <paramref name="next"/> where this one does not know the type.</summary>
    /// <param name="next">The serializer to ask afterwards.</param>
    /// <returns>The chain. Neither part is changed.</returns>
    INatsSerializer<T> CombineWith(INatsSerializer<T> next);
}
