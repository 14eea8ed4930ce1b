using Earshot.Protocol;

namespace Earshot.Outbound;

/// <summary>A validated call to publish, without its value.</summary>
[ForExtensions]
internal readonly record struct PublishCall(string Subject, NatsHeaders? Headers, string? ReplyTo, TimeSpan Timeout, CancellationToken CancellationToken)
{
    /// <summary>The same call with headers of its own: the caller may change its headers once it has the task.</summary>
    public PublishCall WithOwnHeaders() => Headers is null ? this : this with { Headers = Headers.Copy() };

    /// <summary>Length of the header block; 0 without headers. Empty headers are a block without lines.</summary>
    /// <exception cref="NatsInvalidHeaderException">Received headers hold something that must not be sent on.</exception>
    public int HeadersLength => Headers is null ? 0 : HeaderCodec.Measure(Headers);

    /// <summary>For requests: how much of the timeout may elapse until the request is sent. Infinite: all of it.</summary>
    public TimeSpan SendTimeout { get; init; } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>What is left of the timeout, never below zero: a negative remainder must not read as "infinite", which is -1 ms.</summary>
    public TimeSpan TimeLeft(TimeSpan elapsed) => Left(Timeout, elapsed);

    /// <summary>What is left for sending, never below zero.</summary>
    public TimeSpan TimeLeftToSend(TimeSpan elapsed)
    {
        (TimeSpan send, TimeSpan all) = (Left(SendTimeout, elapsed), Left(Timeout, elapsed));
        return all == System.Threading.Timeout.InfiniteTimeSpan || (send != System.Threading.Timeout.InfiniteTimeSpan && send < all) ? send : all;
    }

    /// <summary>The same call after some of its time has passed; at least a moment is left, so that nothing fails before it was tried.</summary>
    public PublishCall After(TimeSpan elapsed)
    {
        (TimeSpan all, TimeSpan send, TimeSpan moment) = (TimeLeft(elapsed), Left(SendTimeout, elapsed), TimeSpan.FromMilliseconds(1));
        return this with { Timeout = all == TimeSpan.Zero ? moment : all, SendTimeout = send == TimeSpan.Zero ? moment : send };
    }

    private static TimeSpan Left(TimeSpan timeout, TimeSpan elapsed)
    {
        if (timeout == System.Threading.Timeout.InfiniteTimeSpan)
        {
            return timeout;
        }

        return elapsed < timeout ? timeout - elapsed : TimeSpan.Zero;
    }
}
