using Earshot.Protocol;

namespace Earshot.Outbound;

/// <summary>What a publish or request may ask for; everything else is refused before a byte is written. It keeps nothing but a hint.</summary>
internal struct PublishRules(bool hasHeaders)
{
    private string? _lastSubject; // publishers tend to repeat one string

    public void Check(string subject, string? replyTo, NatsHeaders? headers)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (!ReferenceEquals(subject, _lastSubject))
        {
            SubjectRules.ThrowIfInvalidPublish(subject, nameof(subject));
            _lastSubject = subject;
        }

        if (replyTo is not null)
        {
            SubjectRules.ThrowIfInvalidReplyTo(replyTo, nameof(replyTo));
            SubjectRules.ThrowIfControlLineTooLong(subject, replyTo, nameof(replyTo));
        }

        if (headers is { Count: > 0 } && !hasHeaders)
            throw new InvalidOperationException("This connection was made without headers (NatsOpts.Headers).");
    }

    /// <summary>How long a publish may wait for room: its own option, else the connection's.</summary>
    public static TimeSpan TimeoutOf(NatsPubOpts opts, TimeSpan standard)
    {
        TimeSpan timeout = opts.Timeout ?? standard;
        CheckTimeout(timeout, nameof(opts));
        return timeout;
    }

    public static void CheckTimeout(TimeSpan timeout, string name)
    {
        if (timeout <= TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(name, timeout, "A timeout must be above zero, or Timeout.InfiniteTimeSpan.");
    }
}
