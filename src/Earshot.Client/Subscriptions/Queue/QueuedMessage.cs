namespace Earshot.Subscriptions;

/// <summary>A message as it waits in a ring: valid until the reader goes on.</summary>
internal readonly ref struct QueuedMessage(QueuedHeader head, ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public QueuedHeader Head { get; } = head;

    public ReadOnlySpan<byte> Subject => _bytes[..Head.Subject];

    public ReadOnlySpan<byte> ReplyTo => _bytes.Slice(Head.Subject, Head.ReplyTo);

    /// <summary>Headers and payload; nothing when they wait beside.</summary>
    public ReadOnlySpan<byte> Content => _bytes[(Head.Subject + Head.ReplyTo)..];
}
