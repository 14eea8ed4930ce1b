namespace Earshot.Servers;

/// <summary>
/// How long to wait before a round of attempts: doubling up to a ceiling, with full jitter. Draws no random number itself.
/// </summary>
/// <remarks>Source: ADR-40, connection backoff.</remarks>
internal static class ReconnectDelay
{
    /// <summary>
    /// The longest wait before a round. Round 0 is the first pass over the pool and does not wait; round 1 waits up to
    /// <paramref name="min"/>, each later one up to twice as long, never longer than <paramref name="max"/>.
    /// </summary>
    public static TimeSpan Ceiling(int round, TimeSpan min, TimeSpan max)
    {
        if (round <= 0 || min <= TimeSpan.Zero || max <= TimeSpan.Zero)
        {
            return TimeSpan.Zero;
        }

        int doublings = round - 1;
        bool reached = doublings >= 62 || min.Ticks > max.Ticks >> doublings;
        return reached ? max : TimeSpan.FromTicks(min.Ticks << doublings);
    }

    /// <summary>
    /// A wait above zero and up to <paramref name="ceiling"/>. <paramref name="chance"/> is uniform in [0, 1): full jitter
    /// spreads clients that lost the same server over the whole span instead of in a band at its end.
    /// </summary>
    public static TimeSpan WithJitter(TimeSpan ceiling, double chance)
    {
        if (ceiling <= TimeSpan.Zero)
        {
            return TimeSpan.Zero;
        }

        double bounded = double.IsFinite(chance) ? Math.Clamp(chance, 0.0, 1.0) : 0.0;
        long cut = Math.Min(ceiling.Ticks - 1, (long)(bounded * ceiling.Ticks));
        return TimeSpan.FromTicks(ceiling.Ticks - cut);
    }
}
