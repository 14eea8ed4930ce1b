namespace Earshot.JetStream;

/// <summary>Options of a scheduled message.</summary>
public sealed record NatsMsgScheduleOpts
{
    /// <summary>The time to live of each message that the schedule publishes, at least 1 s, in whole milliseconds; <see cref="Timeout.InfiniteTimeSpan"/>: it never expires. Null: the default of the stream.</summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>A subject of the same stream, whose last message is published at that time instead of the payload of the call (since server 2.14). Null: the payload of the call.</summary>
    public string? Source { get; init; }

    /// <summary>Whether each published message replaces the earlier ones of the target subject (since server 2.14). Default: false.</summary>
    public bool Rollup { get; init; }
}
