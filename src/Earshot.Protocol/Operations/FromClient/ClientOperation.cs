namespace Earshot.Protocol;

/// <summary>
/// One operation of a client as slices of a buffer. Owns no bytes: everything here is void once that buffer moves.
/// </summary>
internal readonly ref struct ClientOperation
{
    public ClientOperationKind Kind { get; init; }

    public ReadOnlySpan<byte> Subject { get; init; }

    /// <summary>Empty means none.</summary>
    public ReadOnlySpan<byte> ReplyTo { get; init; }

    /// <summary>Empty means none.</summary>
    public ReadOnlySpan<byte> QueueGroup { get; init; }

    /// <summary>Any token without separators; servers do not require a number.</summary>
    public ReadOnlySpan<byte> Sid { get; init; }

    /// <summary>The whole block of HPUB, unread, as servers pass it on.</summary>
    public ReadOnlySpan<byte> Headers { get; init; }

    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>The JSON of CONNECT or INFO, or the text of -ERR.</summary>
    public ReadOnlySpan<byte> Json { get; init; }

    /// <summary>Of UNSUB; 0 means now.</summary>
    public long MaxMessages { get; init; }
}
