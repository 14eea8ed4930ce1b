namespace Earshot.JetStream.Consuming;

/// <summary>When something is to happen in a running read; <see cref="Never"/>: not.</summary>
internal struct PullTimes()
{
    public const long Never = long.MaxValue;

    /// <summary>A new epoch begins.</summary>
    public long NewEpoch = Never;

    /// <summary>A pull that could not be sent is tried again.</summary>
    public long Ask = Never;

    /// <summary>Without a response until then the consumer is called stalled.</summary>
    public long Stall = Never;

    /// <summary>A single pull, a stop or a fence is over at the latest.</summary>
    public long Deadline = Never;

    /// <summary>A stop waits no longer for what was asked for.</summary>
    public long Quiet = Never;

    public readonly long First => Math.Min(Math.Min(Math.Min(NewEpoch, Ask), Math.Min(Stall, Deadline)), Quiet);
}
