namespace Earshot.Subscriptions;

/// <summary>A message as it waits in a ring: valid until the reader goes on.</summary>
internal readonly ref struct WaitingMessage(WaitingHead head, ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public WaitingHead Head { get; } = head;

    public ReadOnlySpan<byte> Subject => _bytes[..Head.Subject];

    public ReadOnlySpan<byte> ReplyTo => _bytes.Slice(Head.Subject, Head.ReplyTo);

    /// <summary>Headers and payload; nothing when they wait beside.</summary>
    public ReadOnlySpan<byte> Content => _bytes[(Head.Subject + Head.ReplyTo)..];
}
