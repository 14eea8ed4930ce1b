using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Earshot;

/// <summary>
/// The serializer a <c>NatsConnection</c> uses unless told otherwise: bytes, then UTF-8 primitives, nothing else. Needs no
/// reflection.
/// </summary>
/// <typeparam name="T">The type published and received.</typeparam>
public static class NatsDefaultSerializer<T>
{
    /// <summary>The chain <see cref="NatsRawSerializer{T}"/>, <see cref="NatsUtf8PrimitivesSerializer{T}"/>.</summary>
    public static readonly INatsSerializer<T> Default =
        new NatsRawSerializer<T>(NatsUtf8PrimitivesSerializer<T>.Default);
}

/// <summary>Hands out <see cref="NatsDefaultSerializer{T}"/>: bytes and UTF-8 primitives.</summary>
public class NatsDefaultSerializerRegistry : INatsSerializerRegistry
{
    /// <summary>The shared instance.</summary>
    public static readonly NatsDefaultSerializerRegistry Default = new();

    /// <inheritdoc/>
    public INatsSerialize<T> GetSerializer<T>() => NatsDefaultSerializer<T>.Default;

    /// <inheritdoc/>
    public INatsDeserialize<T> GetDeserializer<T>() => NatsDefaultSerializer<T>.Default;
}

/// <summary>
/// The serializer a <c>NatsClient</c> uses unless told otherwise: bytes, then UTF-8 primitives, then JSON by reflection.
/// </summary>
/// <typeparam name="T">The type published and received.</typeparam>
/// <remarks>
/// Applications that are trimmed or compiled ahead of time have no JSON by reflection; there, types that are neither
/// bytes nor primitives need <see cref="NatsJsonContextSerializerRegistry"/>.
/// </remarks>
public static class NatsClientDefaultSerializer<T>
{
    /// <summary>The chain raw, primitives, JSON.</summary>
    public static readonly INatsSerializer<T> Default = Create();

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Unreachable where reflection-based JSON is off, which trimmed applications turn into a constant.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Unreachable where reflection-based JSON is off, which AOT applications turn into a constant.")]
    private static NatsRawSerializer<T> Create() =>
        JsonSerializer.IsReflectionEnabledByDefault
            ? new(new NatsUtf8PrimitivesSerializer<T>(NatsJsonSerializer<T>.Default))
            : new(NatsUtf8PrimitivesSerializer<T>.Default);
}

/// <summary>Hands out <see cref="NatsClientDefaultSerializer{T}"/>: bytes, UTF-8 primitives, JSON by reflection.</summary>
public class NatsClientDefaultSerializerRegistry : INatsSerializerRegistry
{
    /// <summary>The shared instance.</summary>
    public static readonly NatsClientDefaultSerializerRegistry Default = new();

    /// <inheritdoc/>
    public INatsSerialize<T> GetSerializer<T>() => NatsClientDefaultSerializer<T>.Default;

    /// <inheritdoc/>
    public INatsDeserialize<T> GetDeserializer<T>() => NatsClientDefaultSerializer<T>.Default;
}

/// <summary>Builds a chain of serializers that are asked in the order they were added. For one thread.</summary>
/// <typeparam name="T">The type published and received.</typeparam>
public class NatsSerializerBuilder<T>
{
    private readonly List<INatsSerializer<T>> _serializers = [];

    /// <summary>Adds a serializer to the end of the chain.</summary>
    /// <param name="serializer">The serializer to ask when those before it do not know the type.</param>
    /// <returns>This builder.</returns>
    public NatsSerializerBuilder<T> Add(INatsSerializer<T> serializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        _serializers.Add(serializer);
        return this;
    }

    /// <summary>Makes the chain.</summary>
    /// <returns>The first serializer, combined with all that follow.</returns>
    /// <exception cref="InvalidOperationException">Nothing has been added.</exception>
    public INatsSerializer<T> Build()
    {
        if (_serializers.Count == 0)
        {
            throw new InvalidOperationException("A chain needs at least one serializer. Call Add before Build.");
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
