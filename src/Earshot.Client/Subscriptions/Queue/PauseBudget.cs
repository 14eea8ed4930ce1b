namespace Earshot.Subscriptions;

/// <summary>
/// How long the read loop may wait for the readers of one queue while they take next to nothing. Limited, because the other
/// subscriptions of the connection wait too; long enough for a garbage collection, which stops a reader that otherwise keeps up.
/// </summary>
internal struct PauseBudget
{
    /// <summary>The part of a pause after which the progress of the readers is examined.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    /// <summary>The longest pause without progress. After it the budget is used up.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(100);

    // One part of this many of the time can be spent: a step each 5 s when the readers remain slow.
    private const int Share = 250;

    private long _repaidAt; // 0: nothing was spent

    /// <summary>Whether another step can be spent.</summary>
    public readonly bool Allows(TimeProvider time) => _repaidAt - time.GetTimestamp() <= Ticks(time, Longest - Step);

    /// <summary>Spends a step.</summary>
    public void Spend(TimeProvider time) => _repaidAt = Math.Max(_repaidAt, time.GetTimestamp()) + Ticks(time, Step);

    // Asked for each message of a queue near its limits, so only with whole numbers.
    private static long Ticks(TimeProvider time, TimeSpan spent) => spent.Ticks * Share / TimeSpan.TicksPerMillisecond * time.TimestampFrequency / 1000;
}
