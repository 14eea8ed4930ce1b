namespace Earshot.JetStream.Requests;

/// <summary>The delay between attempts: 50, 100, 200, 400, 800, then 1,000 ms, each with a jitter of 20 % in both directions.</summary>
internal static class RetryDelay
{
    private const int First = 50;
    private const int Longest = 1000;

    /// <param name="failed">The number of failed attempts, from 1.</param>
    /// <param name="random">A random number from 0 to 1.</param>
    public static TimeSpan After(int failed, double random)
    {
        int whole = failed > 5 ? Longest : Math.Min(Longest, First << (failed - 1));
        return TimeSpan.FromMilliseconds(whole * (0.8 + (0.4 * random)));
    }
}
