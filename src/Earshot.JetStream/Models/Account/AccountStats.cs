namespace Earshot.JetStream;

/// <summary>What an account uses and may use.</summary>
public record AccountStats
{
    /// <summary>Bytes in memory.</summary>
    public ulong Memory { get; set; }

    /// <summary>Bytes on disk.</summary>
    public ulong Storage { get; set; }

    /// <summary>Bytes in memory that streams have reserved.</summary>
    public ulong ReservedMemory { get; set; }

    /// <summary>Bytes on disk that streams have reserved.</summary>
    public ulong ReservedStorage { get; set; }

    /// <summary>Number of streams.</summary>
    public int Streams { get; set; }

    /// <summary>Number of consumers.</summary>
    public int Consumers { get; set; }

    /// <summary>JetStream domain; null without one.</summary>
    public string? Domain { get; set; }

    /// <summary>Limits of the account.</summary>
    public AccountLimits Limits { get; set; } = new();

    /// <summary>By name, for accounts with tiers.</summary>
    public IDictionary<string, Tier>? Tiers { get; set; }

    /// <summary>Use of the API.</summary>
    public ApiStats Api { get; set; } = new();
}
