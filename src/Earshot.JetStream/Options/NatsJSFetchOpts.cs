namespace Earshot.JetStream;

/// <summary>Options of a fetch, which reads one batch.</summary>
public record NatsJSFetchOpts
{
    /// <summary>The maximum number of messages. Null: 1,000, or no limit when <see cref="MaxBytes"/> is set.</summary>
    public int? MaxMsgs { get; init; }

    /// <summary>The time for which the pull request waits at the server for messages. Null: 30 s. For a fetch without waiting: the timeout of the answer.</summary>
    public TimeSpan? Expires { get; init; }

    /// <summary>The maximum number of bytes of subjects, reply subjects, headers and payloads. Null: no limit.</summary>
    public int? MaxBytes { get; init; }

    /// <summary>The interval of the server's idle heartbeats. Null: 5 s when <see cref="Expires"/> is at least 10 s, otherwise none; zero: no heartbeats.</summary>
    public TimeSpan? IdleHeartbeat { get; init; }

    /// <summary>Callback for the notifications of the read. It is called for one notification at a time. Null: only the journal reports them.</summary>
    public Func<INatsJSNotification, CancellationToken, Task>? NotificationHandler { get; init; }

    /// <summary>The priority group of the pull request. Null: none.</summary>
    public NatsJSPriorityGroupOpts? PriorityGroup { get; init; }
}
