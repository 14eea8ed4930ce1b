using System.Diagnostics.CodeAnalysis;

namespace Earshot;

/// <summary>
/// A registry that returns <see cref="NatsJsonSerializer{T}"/> for every type, also for strings and bytes.
/// <see cref="NatsClientDefaultSerializerRegistry"/> combines JSON with plain text and bytes.
/// </summary>
[RequiresUnreferencedCode("JSON by reflection needs members that trimming may remove. Use NatsJsonContextSerializerRegistry.")]
[RequiresDynamicCode("JSON by reflection may need code at run time. Use NatsJsonContextSerializerRegistry.")]
public sealed class NatsJsonSerializerRegistry : INatsSerializerRegistry
{
    /// <summary>The shared instance of the registry.</summary>
    public static readonly NatsJsonSerializerRegistry Default = new();

    /// <inheritdoc/>
    public INatsSerialize<T> GetSerializer<T>() => NatsJsonSerializer<T>.Default;

    /// <inheritdoc/>
    public INatsDeserialize<T> GetDeserializer<T>() => NatsJsonSerializer<T>.Default;
}
