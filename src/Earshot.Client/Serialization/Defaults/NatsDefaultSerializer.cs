namespace Earshot;

/// <summary>The default serializer of <c>NatsConnection</c>: bytes, then UTF-8 primitives. It uses no reflection.</summary>
/// <typeparam name="T">The type published and received.</typeparam>
public static class NatsDefaultSerializer<T>
{
    /// <summary>The chain of <see cref="NatsRawSerializer{T}"/> and <see cref="NatsUtf8PrimitivesSerializer{T}"/>.</summary>
    public static readonly INatsSerializer<T> Default =
        new NatsRawSerializer<T>(NatsUtf8PrimitivesSerializer<T>.Default);
}
