namespace Earshot.JetStream.Consuming;

/// <summary>The due times of a running read; <see cref="Never"/> when not set.</summary>
internal struct PullTimes()
{
    public const long Never = long.MaxValue;

    /// <summary>The time at which a new epoch starts.</summary>
    public long NewEpoch = Never;

    /// <summary>The time at which a pull request that could not be sent is sent again.</summary>
    public long Ask = Never;

    /// <summary>The time at which a read whose pull requests could not be sent reports that it receives nothing.</summary>
    public long Unsent = Never;

    /// <summary>The time at which the read is reported as stalled, unless there is a response before.</summary>
    public long Stall = Never;

    /// <summary>The time at which a single pull, a stop or a fence ends.</summary>
    public long Deadline = Never;

    /// <summary>The time at which a stop no longer waits for requested messages.</summary>
    public long Quiet = Never;

    public readonly long First => Math.Min(Math.Min(Math.Min(NewEpoch, Ask), Math.Min(Stall, Deadline)), Math.Min(Quiet, Unsent));
}
