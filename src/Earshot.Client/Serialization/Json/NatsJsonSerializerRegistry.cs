using System.Diagnostics.CodeAnalysis;

namespace Earshot;

/// <summary>
/// Hands out <see cref="NatsJsonSerializer{T}"/> for every type, also for strings and bytes. For JSON beside plain text
/// and bytes use <see cref="NatsClientDefaultSerializerRegistry"/>.
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
