namespace Earshot.JetStream;

/// <summary>The server's acknowledgement of a committed batch.</summary>
public sealed record NatsJSBatchAck
{
    /// <summary>The name of the stream that stored the batch.</summary>
    public required string Stream { get; init; }

    /// <summary>The JetStream domain of the stream; null when it has none.</summary>
    public string? Domain { get; init; }

    /// <summary>
    /// The sequence of the last message of the batch in the stream. 0 when it is not known, because the ack was lost and the server only
    /// confirmed by the message ids that the batch is stored.
    /// </summary>
    public ulong Sequence { get; init; }

    /// <summary>The id of the batch on the server.</summary>
    public required string Batch { get; init; }

    /// <summary>The number of messages of the batch. Of a fast batch that ignores gaps it includes the lost messages.</summary>
    public long Count { get; init; }

    /// <summary>The number of messages of a fast batch that were lost or rejected while it continued. Always 0 for an atomic batch.</summary>
    public long Lost { get; init; }

    /// <summary>How often the batch was sent.</summary>
    public int Attempts { get; init; } = 1;
}
