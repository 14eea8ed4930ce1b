namespace Earshot.JetStream.Consuming;

/// <summary>The due times of a read of a push consumer; <see cref="PullTimes.Never"/> when not set.</summary>
internal struct PushTimes()
{
    /// <summary>The time at which the info of the consumer is requested again.</summary>
    public long Probe = PullTimes.Never;

    /// <summary>The time of the next attempt to recreate the consumer.</summary>
    public long Recreate = PullTimes.Never;

    /// <summary>The time at which an answer that could not be written is written again.</summary>
    public long Answer = PullTimes.Never;

    /// <summary>The time at which dropped messages are reported.</summary>
    public long Dropped = PullTimes.Never;

    /// <summary>The time at which a stop ends without the PONG of its PING.</summary>
    public long Deadline = PullTimes.Never;

    public readonly long First => Math.Min(Math.Min(Math.Min(Probe, Recreate), Math.Min(Answer, Dropped)), Deadline);
}
