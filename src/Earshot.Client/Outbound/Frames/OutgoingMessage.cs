using Earshot.Protocol;

namespace Earshot.Outbound;

/// <summary>One validated message to be appended to the outbound buffer; the spans are read before the call returns.</summary>
[ForExtensions]
internal readonly ref struct OutgoingMessage
{
    public required string Subject { get; init; }

    /// <summary>A subject that is already encoded; wins over <see cref="Subject"/>.</summary>
    public ReadOnlySpan<byte> SubjectBytes { get; init; }

    public string? ReplyTo { get; init; }

    /// <summary>A reply subject that is already encoded (a request's inbox); wins over <see cref="ReplyTo"/>.</summary>
    public ReadOnlySpan<byte> ReplyInbox { get; init; }

    public NatsHeaders? Headers { get; init; }

    /// <summary>
    /// Further header lines, each with its line end, already encoded and valid; written behind <see cref="Headers"/>, which stay
    /// unchanged. The caller ensures that no name is in both.
    /// </summary>
    public ReadOnlySpan<byte> HeaderLines { get; init; }

    /// <summary>The result of <see cref="MeasureHeaders"/> for <see cref="Headers"/> and <see cref="HeaderLines"/>; 0 without both.</summary>
    public int HeadersLength { get; init; }

    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>The caller has waited for its turn: what has gathered meanwhile does not keep it from appending.</summary>
    public bool IsGranted { get; init; }

    /// <summary>The length of the header block; 0 without headers.</summary>
    /// <exception cref="NatsInvalidHeaderException">Received headers hold something that must not be sent on.</exception>
    public static int MeasureHeaders(NatsHeaders? headers, ReadOnlySpan<byte> lines) =>
        headers is not null || !lines.IsEmpty ? HeaderCodec.Measure(headers, lines) : 0;

    public int Size => HeadersLength + Payload.Length;
}
