using Earshot.Protocol;

namespace Earshot.Messages;

/// <summary>
/// One received message as a reader has taken it out of the queue, or as it is passed to the waiter of a reply: strings for the subjects,
/// bytes for headers and payload. Headers are parsed and the payload is deserialized on the reader's thread, never on the
/// read loop.
/// </summary>
/// <remarks>
/// <see cref="Buffer"/> holds the header block followed by the payload. When <see cref="IsPooled"/> the array is rented:
/// the owner of the message returns it, exactly once.
/// </remarks>
[ForExtensions]
internal readonly struct InboundMessage(string subject, string? replyTo, byte[] buffer, int headersLength, int payloadLength, bool isPooled)
{
    public string Subject { get; } = subject;

    public string? ReplyTo { get; } = replyTo;

    public byte[] Buffer { get; } = buffer;

    public int HeadersLength { get; } = headersLength;

    public int PayloadLength { get; } = payloadLength;

    public bool IsPooled { get; } = isPooled;

    /// <summary>An array with headers and payload, rented or of the exact size.</summary>
    public static byte[] Join(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload, bool isPooled)
    {
        int length = headers.Length + payload.Length;
        byte[] array = length == 0 ? [] : isPooled ? PayloadArrays.Pool.Rent(length) : GC.AllocateUninitializedArray<byte>(length);
        headers.CopyTo(array);
        payload.CopyTo(array.AsSpan(headers.Length));
        return array;
    }

    public ReadOnlySpan<byte> Headers => Buffer.AsSpan(0, HeadersLength);

    public ReadOnlyMemory<byte> Payload => Buffer.AsMemory(HeadersLength, PayloadLength);

    /// <summary>Size as the server counts it against pending limits: subject, reply, headers and payload.</summary>
    public int Size => Subject.Length + (ReplyTo?.Length ?? 0) + HeadersLength + PayloadLength;
}
