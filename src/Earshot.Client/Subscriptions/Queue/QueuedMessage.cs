namespace Earshot.Subscriptions;

/// <summary>A message in a ring: valid until the reader advances.</summary>
internal readonly ref struct QueuedMessage(QueuedHeader head, ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public QueuedHeader Head { get; } = head;

    public ReadOnlySpan<byte> Subject => _bytes[..Head.Subject];

    public ReadOnlySpan<byte> ReplyTo => _bytes.Slice(Head.Subject, Head.ReplyTo);

    /// <summary>Headers and payload; empty when they are in the overflow.</summary>
    public ReadOnlySpan<byte> Content => _bytes[(Head.Subject + Head.ReplyTo)..];
}
