namespace Earshot.Outbound;

/// <summary>A header block that was sent before, and a payload behind it.</summary>
internal readonly ref struct HeadersPayload<TPayload>(ReadOnlySpan<byte> block, TPayload payload) : IPlainPayload
    where TPayload : IPlainPayload, allows ref struct
{
    private readonly ReadOnlySpan<byte> _block = block;
    private readonly TPayload _payload = payload;

    public int HeadersLength => _block.Length;

    public int Length => _block.Length + _payload.Length;

    public bool TryWrite(Span<byte> target)
    {
        _block.CopyTo(target);
        return _payload.TryWrite(target[_block.Length..]);
    }
}
