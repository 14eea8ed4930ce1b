namespace Earshot;

/// <summary>What one subscription tells whoever makes it.</summary>
public record NatsSubEvents
{
    /// <summary>
    /// Is awaited once, when the SUB stands in the outbound buffer, before the subscription is given to its reader: what is published on the
    /// same connection from then on reaches it. What it throws fails the subscribing.
    /// </summary>
    public Func<INatsSub, ValueTask>? OnSubscribed { get; init; }
}
