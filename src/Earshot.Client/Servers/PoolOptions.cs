namespace Earshot.Servers;

/// <summary>What the pool does with addresses that servers advertise.</summary>
internal sealed record PoolOptions
{
    /// <summary>Maximum number of entries of one list that are read; the rest is ignored, so that a hostile server cannot exhaust memory.</summary>
    public const int AdvertisedLimit = 1024;

    /// <summary>Every well-formed address is taken.</summary>
    public static readonly PoolOptions Default = new() { IgnoreDiscovered = false, Filter = null };

    /// <summary>Advertised addresses are not even read.</summary>
    public required bool IgnoreDiscovered { get; init; }

    /// <summary>Asked for each advertised host and port; false, or a throw, keeps the address out. User code: it must not wait.</summary>
    public required Func<string, int, bool>? Filter { get; init; }
}
