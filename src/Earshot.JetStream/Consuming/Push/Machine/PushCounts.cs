namespace Earshot.JetStream.Consuming;

/// <summary>The numbers of messages of one read of a push consumer.</summary>
internal sealed class PushCounts
{
    /// <summary>The number of messages added to the queue.</summary>
    public long Received { get; private set; }

    /// <summary>The size of these messages, in bytes.</summary>
    public long ReceivedBytes { get; private set; }

    /// <summary>The number of messages that the application has processed. Temporarily larger than <see cref="Received"/>, until the read loop has reported them.</summary>
    public long Processed { get; private set; }

    /// <summary>The number of messages that were dropped because the queue was full, and not reported yet.</summary>
    public long Dropped { get; set; }

    /// <summary>The size of these messages, in bytes.</summary>
    public long ProcessedBytes { get; private set; }

    public long Buffered => Math.Max(0, Received - Processed);

    public void Receive(long msgs, long bytes) => (Received, ReceivedBytes) = (Received + msgs, ReceivedBytes + bytes);

    public void Process(long msgs, long bytes) => (Processed, ProcessedBytes) = (Processed + msgs, ProcessedBytes + bytes);
}
