namespace Earshot.Outbound;

/// <summary>A payload of bytes.</summary>
internal readonly ref struct BytesPayload(ReadOnlySpan<byte> bytes) : IPlainPayload
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int HeadersLength => 0;

    public int Length => _bytes.Length;

    public bool TryWrite(Span<byte> target)
    {
        _bytes.CopyTo(target);
        return true;
    }
}
