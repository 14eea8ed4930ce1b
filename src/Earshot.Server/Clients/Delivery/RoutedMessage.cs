namespace Earshot.Server.Clients;

/// <summary>One published message as slices of the publisher's receive buffer; void when the delivery returns.</summary>
internal readonly ref struct RoutedMessage
{
    public ReadOnlySpan<byte> Subject { get; init; }

    /// <summary>Empty means none.</summary>
    public ReadOnlySpan<byte> ReplyTo { get; init; }

    /// <summary>The whole block, unread and perhaps malformed; empty means none.</summary>
    public ReadOnlySpan<byte> Headers { get; init; }

    public ReadOnlySpan<byte> Payload { get; init; }

    public int Size => Headers.Length + Payload.Length;
}
