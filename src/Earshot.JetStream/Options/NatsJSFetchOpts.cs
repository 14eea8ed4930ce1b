namespace Earshot.JetStream;

/// <summary>Options of fetching one batch.</summary>
public record NatsJSFetchOpts
{
    /// <summary>Most messages. Null: 1,000, or the limit of bytes alone where that is set.</summary>
    public int? MaxMsgs { get; init; }

    /// <summary>How long the pull waits at the server for messages. Null: 30 s. A fetch without waiting takes it as the limit of its answer.</summary>
    public TimeSpan? Expires { get; init; }

    /// <summary>Most bytes of subjects, reply subjects, headers and payloads. Null: no limit.</summary>
    public int? MaxBytes { get; init; }

    /// <summary>How often the server says that it is alive. Null: 5 s from 10 s of <see cref="Expires"/> on, none below; zero: never.</summary>
    public TimeSpan? IdleHeartbeat { get; init; }

    /// <summary>Called for what the read has to tell. Null: no one is reported but the journal.</summary>
    public Func<INatsJSNotification, CancellationToken, Task>? NotificationHandler { get; init; }

    /// <summary>The priority group. Null: none.</summary>
    public NatsJSPriorityGroupOpts? PriorityGroup { get; init; }
}
