namespace Earshot.Outbound;

/// <summary>One validated message on its way into the outbound buffer; the spans are read before the call returns.</summary>
internal readonly ref struct OutgoingMessage
{
    public required string Subject { get; init; }

    public string? ReplyTo { get; init; }

    /// <summary>A reply subject that is already encoded (a request's inbox); wins over <see cref="ReplyTo"/>.</summary>
    public ReadOnlySpan<byte> ReplyInbox { get; init; }

    public NatsHeaders? Headers { get; init; }

    /// <summary>Measured length of <see cref="Headers"/>; 0 without headers.</summary>
    public int HeadersLength { get; init; }

    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>The caller has waited for its turn: what has gathered meanwhile does not keep it from appending.</summary>
    public bool HasTurn { get; init; }

    public int Size => HeadersLength + Payload.Length;
}
