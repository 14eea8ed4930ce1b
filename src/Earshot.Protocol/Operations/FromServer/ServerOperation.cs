namespace Earshot.Protocol;

/// <summary>
/// One operation of a server as slices of the receive buffer. Owns no bytes: everything here is void once that buffer moves.
/// </summary>
[ForExtensions]
internal readonly ref struct ServerOperation
{
    public ServerOperationKind Kind { get; init; }

    /// <summary>An HMSG. Its <see cref="Headers"/> may still be empty (header length 0), which is a malformed block.</summary>
    public bool HasHeaders { get; init; }

    public long Sid { get; init; }

    public ReadOnlySpan<byte> Subject { get; init; }

    /// <summary>Empty means none.</summary>
    public ReadOnlySpan<byte> ReplyTo { get; init; }

    /// <summary>The whole block, from <c>NATS/1.0</c> to the blank line, unchecked.</summary>
    public ReadOnlySpan<byte> Headers { get; init; }

    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>The JSON of INFO, or the text of -ERR without its outer quotes.</summary>
    public ReadOnlySpan<byte> Text { get; init; }
}
