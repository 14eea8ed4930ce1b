namespace Earshot;

/// <summary>A subscription as events show it, whatever its message type. Reading its members is safe from any thread.</summary>
public interface INatsSub
{
    /// <summary>The subject subscribed to; may hold wildcards.</summary>
    string Subject { get; }
    /// <summary>The queue group, or <see langword="null"/>.</summary>
    string? QueueGroup { get; }
    /// <summary>The id of the subscription on the wire.</summary>
    string Sid { get; }
    /// <summary>What it has delivered, holds and has dropped right now.</summary>
    NatsSubStats Stats { get; }
}

/// <summary>The counters of one subscription at one moment.</summary>
/// <param name="Delivered">Messages handed to the application.</param>
/// <param name="PendingMessages">Messages that wait in its queue.</param>
/// <param name="PendingBytes">Payload bytes that wait in its queue.</param>
/// <param name="Dropped">Messages dropped because it was full.</param>
public readonly record struct NatsSubStats(long Delivered, long PendingMessages, long PendingBytes, long Dropped);
