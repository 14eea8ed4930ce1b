namespace Earshot.Servers;

/// <summary>What the pool does with addresses that servers advertise.</summary>
internal sealed record PoolOptions
{
    public static readonly PoolOptions Default = new();

    /// <summary>Advertised addresses are not even read.</summary>
    public bool IgnoreDiscovered { get; init; }

    /// <summary>Asked for each advertised host and port; false, or a throw, keeps the address out. User code: it must not wait.</summary>
    public Func<string, int, bool>? Filter { get; init; }

    /// <summary>Entries of one list that are looked at; the rest is refused, so that a hostile server cannot fill the memory.</summary>
    public int AdvertisedLimit { get; init; } = 1024;
}
