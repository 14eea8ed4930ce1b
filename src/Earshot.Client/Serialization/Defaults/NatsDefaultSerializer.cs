namespace Earshot;

/// <summary>
/// The serializer a <c>NatsConnection</c> uses unless told otherwise: bytes, then UTF-8 primitives, nothing else. Needs no
/// reflection.
/// </summary>
/// <typeparam name="T">The type published and received.</typeparam>
public static class NatsDefaultSerializer<T>
{
    /// <summary>The chain of <see cref="NatsRawSerializer{T}"/> and <see cref="NatsUtf8PrimitivesSerializer{T}"/>.</summary>
    public static readonly INatsSerializer<T> Default =
        new NatsRawSerializer<T>(NatsUtf8PrimitivesSerializer<T>.Default);
}
