namespace Earshot.JetStream.Consuming;

/// <summary>The state of an existing consumer, as reported by the server.</summary>
internal sealed record PullFacts
{
    public bool IsPaused { get; init; }

    public int AckPending { get; init; }

    public int MaxAckPending { get; init; }

    public int Waiting { get; init; }

    public int MaxWaiting { get; init; }

    public ulong Pending { get; init; }

    public string? Leader { get; init; }

    public PullLimits Limits { get; init; }

    /// <summary>Whether nothing is delivered until a message is acknowledged.</summary>
    public bool IsBlocked => MaxAckPending > 0 && AckPending >= MaxAckPending;

    /// <summary>Whether the limit of waiting pull requests is reached. Further ones are rejected, those with heartbeats without a status.</summary>
    public bool IsFull => MaxWaiting > 0 && Waiting >= MaxWaiting;
}
