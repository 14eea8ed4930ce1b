using System.Buffers;
using Earshot.JetStream.Requests;
using Earshot.Outbound;

namespace Earshot.JetStream.Publishing;

/// <summary>The data of a publish that is sent with each attempt.</summary>
internal readonly record struct PublishMessage
{
    /// <summary>The objects of the context, for requests about the publish.</summary>
    public required ContextParts Context { get; init; }

    public required string Subject { get; init; }

    public NatsHeaders? Headers { get; init; }

    public RetainedPayload Payload { get; init; }

    public byte[]? Lines { get; init; }

    public int LinesLength { get; init; }

    public string? MsgId { get; init; }

    /// <summary>Whether the message id was generated for this publish, so that a stored message with it is of this publish and of no other.</summary>
    public bool IsIdGenerated { get; init; }

    public ReadOnlySpan<byte> HeaderLines => Lines.AsSpan(0, LinesLength);

    /// <summary>Returns the length of the header block in bytes; 0 without headers.</summary>
    public int MeasureHeaders() => OutgoingMessage.MeasureHeaders(Headers, HeaderLines);

    public void Return()
    {
        Payload.Return();
        if (Lines is not null)
        {
            ArrayPool<byte>.Shared.Return(Lines);
        }
    }
}
