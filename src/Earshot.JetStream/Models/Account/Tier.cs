using System.Text.Json.Serialization;

namespace Earshot.JetStream;

/// <summary>What one tier of an account uses and may use.</summary>
public record Tier
{
    /// <summary>Bytes in memory.</summary>
    public ulong Memory { get; set; }

    /// <summary>Bytes on disk.</summary>
    public ulong Storage { get; set; }

    /// <summary>Bytes in memory that streams have reserved.</summary>
    public ulong ReservedMemory { get; set; }

    /// <summary>Bytes on disk that streams have reserved.</summary>
    [JsonPropertyName("reserved_storage")]
    public ulong ReservedStore { get; set; }

    /// <summary>Number of streams.</summary>
    public int Streams { get; set; }

    /// <summary>Number of consumers.</summary>
    public int Consumers { get; set; }

    /// <summary>Limits of the tier.</summary>
    public AccountLimits Limits { get; set; } = new();
}
