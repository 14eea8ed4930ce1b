using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Earshot;

/// <summary>The default serializer of <c>NatsClient</c>: bytes, then UTF-8 primitives, then JSON by reflection.</summary>
/// <typeparam name="T">The type published and received.</typeparam>
/// <remarks>
/// Applications that are trimmed or compiled ahead of time have no JSON by reflection; there, types that are neither
/// bytes nor primitives need <see cref="NatsJsonContextSerializerRegistry"/>.
/// </remarks>
public static class NatsClientDefaultSerializer<T>
{
    /// <summary>The chain of raw bytes, primitives and JSON.</summary>
    public static readonly INatsSerializer<T> Default = Create();

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Unreachable where reflection-based JSON is off, which trimmed applications turn into a constant.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Unreachable where reflection-based JSON is off, which AOT applications turn into a constant.")]
    private static NatsRawSerializer<T> Create() =>
        JsonSerializer.IsReflectionEnabledByDefault
            ? new(new NatsUtf8PrimitivesSerializer<T>(NatsJsonSerializer<T>.Default))
            : new(NatsUtf8PrimitivesSerializer<T>.Default);
}
