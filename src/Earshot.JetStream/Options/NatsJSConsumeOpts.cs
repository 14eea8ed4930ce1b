namespace Earshot.JetStream;

/// <summary>Options of a consume, which continues until it is cancelled or the server ends it.</summary>
public record NatsJSConsumeOpts
{
    /// <summary>The maximum number of messages that are requested and not yet processed. Null: 1,000, or no limit when <see cref="MaxBytes"/> is set.</summary>
    public int? MaxMsgs { get; init; }

    /// <summary>The time for which one pull request waits at the server. Null: 30 s.</summary>
    public TimeSpan? Expires { get; init; }

    /// <summary>The maximum number of bytes that are requested and not yet processed. Null: no limit. Mutually exclusive with <see cref="MaxMsgs"/>.</summary>
    public int? MaxBytes { get; init; }

    /// <summary>The interval of the server's idle heartbeats. Null: 5 s or half of <see cref="Expires"/>, whichever is shorter; zero: no heartbeats.</summary>
    public TimeSpan? IdleHeartbeat { get; init; }

    /// <summary>The number of outstanding messages at which the next pull request is sent. Null: half of <see cref="MaxMsgs"/>.</summary>
    public int? ThresholdMsgs { get; init; }

    /// <summary>The number of outstanding bytes at which the next pull request is sent. Null: half of <see cref="MaxBytes"/>.</summary>
    public int? ThresholdBytes { get; init; }

    /// <summary>Callback for the notifications of the read. It is called for one notification at a time. Null: only the journal reports them.</summary>
    public Func<INatsJSNotification, CancellationToken, Task>? NotificationHandler { get; init; }

    /// <summary>The priority group of the pull requests. Null: none.</summary>
    public NatsJSPriorityGroupOpts? PriorityGroup { get; init; }

    /// <summary>
    /// The number of consecutive answers without responders (status 503) after which the read ends. Default: -1, no limit, because many of
    /// them occur during an election, and a deleted consumer is detected in another way.
    /// </summary>
    public int MaxConsecutive503Errors { get; init; } = -1;

    /// <summary>
    /// What happens to messages that were delivered and that the application has not taken when the read stops: on a cancelled token, at a
    /// stop, or when its loop is left. Default: <see cref="NatsJSStopPolicy.GiveBack"/>. A drain always delivers them to the loop.
    /// </summary>
    public NatsJSStopPolicy StopPolicy { get; init; }

    /// <summary>Whether a cancelled token ends the loop only after all requested messages were returned, instead of after the current message. Default: false.</summary>
    public bool DrainOnCancel { get; init; }
}
