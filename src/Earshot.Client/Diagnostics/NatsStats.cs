namespace Earshot;

/// <summary>The counters of a connection since it was created, read at one moment. The first six have the order of the official client.</summary>
/// <param name="SentBytes">Bytes written.</param>
/// <param name="ReceivedBytes">Bytes read.</param>
/// <param name="PendingMessages">Messages accepted and not yet written.</param>
/// <param name="SentMessages">Messages written.</param>
/// <param name="ReceivedMessages">Messages read.</param>
/// <param name="SubscriptionCount">Subscriptions of the connection.</param>
public readonly record struct NatsStats(
    long SentBytes, long ReceivedBytes, long PendingMessages, long SentMessages, long ReceivedMessages, long SubscriptionCount)
{
    /// <summary>Bytes accepted and not yet written.</summary>
    public long PendingBytes { get; init; }
    /// <summary>First connects that succeeded.</summary>
    public long Connects { get; init; }
    /// <summary>Reconnects that succeeded after an outage.</summary>
    public long Reconnects { get; init; }
    /// <summary>Inbound messages that were dropped.</summary>
    public long DroppedMessages { get; init; }
    /// <summary>Outbound messages that were not accepted or will never be sent.</summary>
    public long DiscardedMessages { get; init; }
    /// <summary>Publishes and requests that were written and not confirmed by the server when their session ended; they may or may not have arrived.</summary>
    /// <remarks>Messages of a failed write are included, and are counted in <see cref="DiscardedMessages"/> as well.</remarks>
    public long UncertainMessages { get; init; }
    /// <summary>Bytes of <see cref="UncertainMessages"/>, including protocol frames between them.</summary>
    public long UncertainBytes { get; init; }
    /// <summary>Inbound messages for which there was no subscription: they arrived behind its end, which is normal for a moment, or the server sent them by mistake.</summary>
    public long UnroutedMessages { get; init; }
    /// <summary>Requests that wait for a reply.</summary>
    public long RequestsInFlight { get; init; }
}
