namespace Earshot.Outbound;

/// <summary>A validated call to publish, without its value.</summary>
internal readonly record struct PublishCall(string Subject, NatsHeaders? Headers, string? ReplyTo, TimeSpan Timeout, CancellationToken CancellationToken)
{
    /// <summary>The same call with headers of its own: the caller may change its headers once it has the task.</summary>
    public PublishCall WithOwnHeaders()
    {
        if (Headers is not { Count: > 0 } given)
            return this;
        var copy = new NatsHeaders(given.Count);
        foreach (KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues> header in given)
            copy.Add(header.Key, header.Value);
        return this with { Headers = copy };
    }

    /// <summary>What is left of the timeout, never below zero: a negative remainder must not read as "infinite", which is -1 ms.</summary>
    public TimeSpan TimeLeft(TimeSpan elapsed)
    {
        if (Timeout == System.Threading.Timeout.InfiniteTimeSpan)
            return Timeout;
        return elapsed < Timeout ? Timeout - elapsed : TimeSpan.Zero;
    }
}
