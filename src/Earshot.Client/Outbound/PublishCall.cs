namespace Earshot.Outbound;

/// <summary>A validated call to publish, without its value.</summary>
internal readonly record struct PublishCall(string Subject, NatsHeaders? Headers, string? ReplyTo, TimeSpan Timeout, CancellationToken CancellationToken)
{
    /// <summary>What is left of the timeout, never below zero: a negative remainder must not read as "infinite", which is -1 ms.</summary>
    public TimeSpan TimeLeft(TimeSpan elapsed)
    {
        if (Timeout == System.Threading.Timeout.InfiniteTimeSpan)
            return Timeout;
        return elapsed < Timeout ? Timeout - elapsed : TimeSpan.Zero;
    }
}
