namespace Earshot.JetStream.Requests;

/// <summary>How long to wait between attempts: 50, 100, 200, 400, 800, then 1,000 ms, each 20 % more or less.</summary>
internal static class RetryDelay
{
    private const int First = 50;
    private const int Longest = 1000;

    /// <param name="failed">How many attempts have failed, from 1.</param>
    /// <param name="random">From 0 to 1.</param>
    public static TimeSpan After(int failed, double random)
    {
        int whole = failed > 5 ? Longest : Math.Min(Longest, First << (failed - 1));
        return TimeSpan.FromMilliseconds(whole * (0.8 + (0.4 * random)));
    }
}
