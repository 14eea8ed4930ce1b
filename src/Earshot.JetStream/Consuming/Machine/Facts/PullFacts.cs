namespace Earshot.JetStream.Consuming;

/// <summary>What the server says of a consumer that exists.</summary>
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

    /// <summary>Nothing is delivered before something is acknowledged.</summary>
    public bool IsBlocked => MaxAckPending > 0 && AckPending >= MaxAckPending;

    /// <summary>Further pulls are refused, those with heartbeats without a word.</summary>
    public bool IsFull => MaxWaiting > 0 && Waiting >= MaxWaiting;
}
