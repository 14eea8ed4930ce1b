namespace Earshot.JetStream;

/// <summary>Options of a consume, which continues until it is cancelled or the server ends it.</summary>
public record NatsJSConsumeOpts
{
    /// <summary>Most messages asked for and not processed yet. Null: 1,000, or the limit of bytes alone where that is set.</summary>
    public int? MaxMsgs { get; init; }

    /// <summary>How long one pull waits at the server. Null: 30 s.</summary>
    public TimeSpan? Expires { get; init; }

    /// <summary>Most bytes asked for and not processed yet. Null: no limit. Excludes <see cref="MaxMsgs"/>.</summary>
    public int? MaxBytes { get; init; }

    /// <summary>How often the server says that it is alive. Null: the smaller of 5 s and half of <see cref="Expires"/>; zero: never.</summary>
    public TimeSpan? IdleHeartbeat { get; init; }

    /// <summary>Ask again when this many messages are pending. Null: half of <see cref="MaxMsgs"/>.</summary>
    public int? ThresholdMsgs { get; init; }

    /// <summary>Ask again when this many bytes are pending. Null: half of <see cref="MaxBytes"/>.</summary>
    public int? ThresholdBytes { get; init; }

    /// <summary>Called for what the read has to tell. Null: no one is reported but the journal.</summary>
    public Func<INatsJSNotification, CancellationToken, Task>? NotificationHandler { get; init; }

    /// <summary>The priority group. Null: none.</summary>
    public NatsJSPriorityGroupOpts? PriorityGroup { get; init; }

    /// <summary>
    /// Answers that no one listens (503) in a row after which the read ends; -1, the default: never, because an election has many of them,
    /// and a consumer that does not exist any more is found out in another way.
    /// </summary>
    public int MaxConsecutive503Errors { get; init; } = -1;

    /// <summary>
    /// What becomes of messages that were delivered and not handed out when the read stops: on a cancelled token, at a stop, or when its loop
    /// is left. Default: <see cref="NatsJSStopPolicy.GiveBack"/>. A drain always hands them out.
    /// </summary>
    public NatsJSStopPolicy StopPolicy { get; init; }

    /// <summary>A cancelled token ends the loop after what was asked for has come and was handed out, not after the message in hand. Default: false.</summary>
    public bool DrainOnCancel { get; init; }
}
