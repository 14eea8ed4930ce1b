namespace Earshot.Lifecycle;

/// <summary>When an input happened and the random seed it brings along, so that a step needs neither clock nor random source.</summary>
internal readonly record struct Stamp(TimeSpan Now, DateTimeOffset WallClock, int Seed)
{
    public Random Random() => new((int)Mixed());

    /// <summary>Uniform in [0, 1).</summary>
    public double Chance() => (Mixed() >> 11) * (1.0 / (1UL << 53));

    // Seeded generators answer neighbouring seeds with neighbouring numbers; clients that were started together would stay together.
    private ulong Mixed()
    {
        ulong mixed = unchecked((uint)Seed * 0x9E3779B97F4A7C15UL);
        mixed = unchecked((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9UL);
        mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL);
        return mixed ^ (mixed >> 31);
    }
}
