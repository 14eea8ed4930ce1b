namespace Earshot.Hosting.Health;

/// <summary>What a health check judges and reports of one connection.</summary>
internal sealed record HealthFacts
{
    public required string Connection { get; init; }
    public NatsConnectionState State { get; init; }

    /// <summary>The connection has ended: a closed one that has not connected yet is not over.</summary>
    public bool IsOver { get; init; }

    /// <summary>Time without a session, at the start or after a loss; null: a session is open, or the connection has not been used yet.</summary>
    public TimeSpan? Outage { get; init; }

    /// <summary>The server is in lame duck mode, and no other server is known.</summary>
    public bool IsServerLeaving { get; init; }

    /// <summary>Number of subscriptions that drop messages.</summary>
    public int SlowConsumers { get; init; }

    public string? Server { get; init; }
    public TimeSpan? Rtt { get; init; }
    public string? LastError { get; init; }
    public long Reconnects { get; init; }
    public DateTimeOffset? CredentialsExpireAt { get; init; }
}
