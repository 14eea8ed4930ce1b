namespace Earshot.Simulation.Scheduling;

/// <summary>The source of every random decision of a run. The sequence depends only on the seed, not on the runtime's version.</summary>
internal sealed class Chance(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A source of its own for one part, so that the decisions of one part do not shift those of the others.</summary>
    public Chance Fork() => new(Next());

    /// <summary>A seed for code that requires a <see cref="Random"/>.</summary>
    public Random Random() => new((int)(Next() >> 33));

    /// <summary>SplitMix64.</summary>
    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>From 0 to below <paramref name="limit"/>.</summary>
    public int Below(int limit) => (int)(Next() % (ulong)limit);

    /// <summary>Both bounds included.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    public double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Is(double probability) => Fraction() < probability;

    public T Of<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + ((most - least) * Fraction());

    /// <summary>Short most of the time and long sometimes: each power of two of the range is equally probable.</summary>
    public TimeSpan Spread(TimeSpan least, TimeSpan most) => least * Math.Pow(most / least, Fraction());

    /// <summary>One of the entries, each as probable as its weight.</summary>
    public T Weighted<T>(IReadOnlyList<(T Value, int Weight)> choices)
    {
        int left = Below(choices.Sum(choice => choice.Weight));
        foreach ((T value, int weight) in choices)
        {
            left -= weight;
            if (left < 0)
            {
                return value;
            }
        }

        return choices[^1].Value;
    }
}
