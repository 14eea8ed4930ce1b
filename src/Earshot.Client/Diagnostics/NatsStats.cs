namespace Earshot;

/// <summary>The counters of a connection since it was made, read at one moment. The first six keep the order .NET users know.</summary>
/// <param name="SentBytes">Bytes written.</param>
/// <param name="ReceivedBytes">Bytes read.</param>
/// <param name="PendingMessages">Messages accepted and not yet written.</param>
/// <param name="SentMessages">Messages written.</param>
/// <param name="ReceivedMessages">Messages read.</param>
/// <param name="SubscriptionCount">Subscriptions that exist.</param>
public readonly record struct NatsStats(
    long SentBytes, long ReceivedBytes, long PendingMessages, long SentMessages, long ReceivedMessages, long SubscriptionCount)
{
    /// <summary>Bytes accepted and not yet written.</summary>
    public long PendingBytes { get; init; }
    /// <summary>First connects that succeeded.</summary>
    public long Connects { get; init; }
    /// <summary>Reconnects that succeeded.</summary>
    public long Reconnects { get; init; }
    /// <summary>Inbound messages dropped.</summary>
    public long DroppedMessages { get; init; }
    /// <summary>Outbound messages that were not accepted or will never be sent.</summary>
    public long DiscardedMessages { get; init; }
    /// <summary>
    /// Publishes and requests that were written and that no answer of the server had covered when their session ended: they may or may not
    /// have arrived. Those of a write that failed are among them, and also among <see cref="DiscardedMessages"/>.
    /// </summary>
    public long UncertainMessages { get; init; }
    /// <summary>Bytes of <see cref="UncertainMessages"/>, frames of the protocol between them included.</summary>
    public long UncertainBytes { get; init; }
    /// <summary>Requests that wait for a reply.</summary>
    public long RequestsInFlight { get; init; }
}
