namespace Earshot.Sessions;

/// <summary>What all sessions of a connection go by: above all when one is considered dead.</summary>
internal sealed record SessionOptions
{
    /// <summary>What inboxes of requests begin with.</summary>
    public string InboxPrefix { get; init; } = "_INBOX";

    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(10);

    public int MaxPingsOut { get; init; } = 2;

    /// <summary>With something outstanding, a silent link is asked for a sign of life after this time ...</summary>
    public TimeSpan ProbeAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>... and declared dead after this one.</summary>
    public TimeSpan DeadAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A lost session is followed by another.</summary>
    public bool Reconnects { get; init; } = true;

    /// <summary>CONNECT says that the client takes no headers: a message with headers is then a protocol error.</summary>
    public bool DeclinesHeaders { get; init; }

    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A timer that fires this much too late means that the process stood still, not the server.</summary>
    public TimeSpan StallThreshold { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For how long the garbage collector has paused this process in all.</summary>
    public Func<TimeSpan> CollectorPauses { get; init; } = GC.GetTotalPauseDuration;
}
