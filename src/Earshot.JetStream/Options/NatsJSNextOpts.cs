namespace Earshot.JetStream;

/// <summary>Options of reading one message.</summary>
public record NatsJSNextOpts
{
    /// <summary>How long the pull waits at the server. Null: 30 s.</summary>
    public TimeSpan? Expires { get; init; }

    /// <summary>How often the server says that it is alive. Null: 5 s from 10 s of <see cref="Expires"/> on, none below; zero: never.</summary>
    public TimeSpan? IdleHeartbeat { get; init; }

    /// <summary>Called for what the read has to tell. Null: no one is reported but the journal.</summary>
    public Func<INatsJSNotification, CancellationToken, Task>? NotificationHandler { get; init; }

    /// <summary>The priority group. Null: none.</summary>
    public NatsJSPriorityGroupOpts? PriorityGroup { get; init; }
}
