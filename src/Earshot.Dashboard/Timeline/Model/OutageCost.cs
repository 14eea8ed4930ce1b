namespace Earshot.Dashboard.Timeline;

/// <summary>What an outage cost the application.</summary>
internal sealed record OutageCost
{
    /// <summary>Number of failed connect attempts.</summary>
    public int FailedAttempts { get; init; }

    /// <summary>The highest number of messages that waited in the pending buffer, as far as events show it.</summary>
    public long Buffered { get; init; }

    /// <summary>Messages that were written afterwards.</summary>
    public long Replayed { get; init; }

    /// <summary>Messages that were accepted and will never be sent.</summary>
    public long Lost { get; init; }

    /// <summary>Messages that were written before and that no PONG has confirmed.</summary>
    public long Unconfirmed { get; init; }

    /// <summary>Requests that were in flight when the session ended.</summary>
    public int Requests { get; init; }

    /// <summary>What happened to these requests; null where there were none.</summary>
    public NatsRequestFailMode? RequestMode { get; init; }

    /// <summary>The time in which inbound messages may have been missed; null while it is not known.</summary>
    public TimeSpan? LossWindow { get; init; }

    /// <summary>Subscriptions that the server did not accept again.</summary>
    public int DeniedSubscriptions { get; init; }
}
