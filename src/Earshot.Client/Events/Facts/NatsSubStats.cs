namespace Earshot;

/// <summary>The counters of one subscription at one moment.</summary>
/// <param name="Delivered">Messages handed to the application.</param>
/// <param name="PendingMessages">Messages that wait in its queue.</param>
/// <param name="PendingBytes">Payload bytes that wait in its queue.</param>
/// <param name="Dropped">Messages dropped because it was full.</param>
public readonly record struct NatsSubStats(long Delivered, long PendingMessages, long PendingBytes, long Dropped);
