namespace Earshot.JetStream;

/// <summary>Options of a read of one message.</summary>
public record NatsJSNextOpts
{
    /// <summary>The time for which the pull request waits at the server. Null: 30 s.</summary>
    public TimeSpan? Expires { get; init; }

    /// <summary>The interval of the server's idle heartbeats. Null: 5 s when <see cref="Expires"/> is at least 10 s, otherwise none; zero: no heartbeats.</summary>
    public TimeSpan? IdleHeartbeat { get; init; }

    /// <summary>Callback for the notifications of the read. It is called for one notification at a time. Null: only the journal reports them.</summary>
    public Func<INatsJSNotification, CancellationToken, Task>? NotificationHandler { get; init; }

    /// <summary>The priority group of the pull request. Null: none.</summary>
    public NatsJSPriorityGroupOpts? PriorityGroup { get; init; }
}
