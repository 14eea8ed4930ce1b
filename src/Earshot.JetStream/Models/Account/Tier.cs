using System.Text.Json.Serialization;

namespace Earshot.JetStream;

/// <summary>Usage and limits of one tier of an account.</summary>
public record Tier
{
    /// <summary>The number of bytes used in memory.</summary>
    public ulong Memory { get; set; }

    /// <summary>The number of bytes used on disk.</summary>
    public ulong Storage { get; set; }

    /// <summary>The number of bytes reserved by streams in memory.</summary>
    public ulong ReservedMemory { get; set; }

    /// <summary>The number of bytes reserved by streams on disk.</summary>
    [JsonPropertyName("reserved_storage")]
    public ulong ReservedStore { get; set; }

    /// <summary>The number of streams of the tier.</summary>
    public int Streams { get; set; }

    /// <summary>The number of consumers of the tier.</summary>
    public int Consumers { get; set; }

    /// <summary>The limits of the tier.</summary>
    public AccountLimits Limits { get; set; } = new();
}
