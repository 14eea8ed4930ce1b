namespace Earshot.JetStream;

/// <summary>JetStream usage and limits of an account.</summary>
public record AccountStats
{
    /// <summary>The number of bytes used in memory.</summary>
    public ulong Memory { get; set; }

    /// <summary>The number of bytes used on disk.</summary>
    public ulong Storage { get; set; }

    /// <summary>The number of bytes reserved by streams in memory.</summary>
    public ulong ReservedMemory { get; set; }

    /// <summary>The number of bytes reserved by streams on disk.</summary>
    public ulong ReservedStorage { get; set; }

    /// <summary>The number of streams of the account.</summary>
    public int Streams { get; set; }

    /// <summary>The number of consumers of the account.</summary>
    public int Consumers { get; set; }

    /// <summary>The JetStream domain of the server; null when it has none.</summary>
    public string? Domain { get; set; }

    /// <summary>The limits of the account.</summary>
    public AccountLimits Limits { get; set; } = new();

    /// <summary>Usage and limits of each tier, by the name of the tier; null for accounts without tiers.</summary>
    public IDictionary<string, Tier>? Tiers { get; set; }

    /// <summary>Statistics of the account's API calls.</summary>
    public ApiStats Api { get; set; } = new();
}
