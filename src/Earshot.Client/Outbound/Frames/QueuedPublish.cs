namespace Earshot.Outbound;

/// <summary>
/// One validated message that waits for room in the outbound buffer. The payload stays the caller's, who must leave it unchanged until the
/// wait is over; the headers are a copy.
/// </summary>
internal sealed record QueuedPublish
{
    public required string Subject { get; init; }

    public required string? ReplyTo { get; init; }

    public required NatsHeaders? Headers { get; init; }

    /// <summary>Measured length of <see cref="Headers"/>; 0 without headers.</summary>
    public required int HeadersLength { get; init; }

    public required ReadOnlyMemory<byte> Payload { get; init; }

    public int Size => HeadersLength + Payload.Length;

    public OutgoingMessage AsMessage() => new()
    {
        Subject = Subject,
        ReplyTo = ReplyTo,
        Headers = Headers,
        HeadersLength = HeadersLength,
        Payload = Payload.Span,
    };
}
