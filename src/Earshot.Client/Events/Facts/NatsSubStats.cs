namespace Earshot;

/// <summary>The counters of one subscription at one moment.</summary>
/// <param name="Delivered">Number of messages handed to the application.</param>
/// <param name="PendingMessages">Number of messages in the queue.</param>
/// <param name="PendingBytes">Payload bytes in the queue.</param>
/// <param name="Dropped">Number of messages dropped because the queue was full.</param>
public readonly record struct NatsSubStats(long Delivered, long PendingMessages, long PendingBytes, long Dropped);
