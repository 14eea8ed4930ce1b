namespace Earshot.Server.JetStream;

/// <summary>A message that is published to a stream, as slices that are valid during the call only.</summary>
internal readonly ref struct IncomingMessage
{
    public ReadOnlySpan<byte> Subject { get; init; }

    /// <summary>Where the answer goes; empty: none.</summary>
    public ReadOnlySpan<byte> ReplyTo { get; init; }

    public ReadOnlySpan<byte> Headers { get; init; }

    public ReadOnlySpan<byte> Payload { get; init; }

    public int Size => Headers.Length + Payload.Length;
}
