namespace Earshot.Outbound;

/// <summary>
/// Frames one behind the other in one pooled array, and the room to write the next one in place. It owns the array and is independent of
/// the content of the frames. Not synchronized: the owner's lock guards it, and only <see cref="Length"/> may be read without that lock.
/// </summary>
internal struct FrameBuffer()
{
    private byte[] _bytes = [];
    private int _length;
    private int _expected; // how much it held when it was last taken: a busy connection fills as much again

    /// <summary>Bytes in it; a hint when read without the lock.</summary>
    public readonly int Length => Volatile.Read(in _length);

    public readonly bool IsEmpty => _length == 0;

    /// <summary>The bytes in it. Valid until something is written.</summary>
    public readonly Span<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>The room behind them that is there without growing.</summary>
    public readonly Span<byte> Free => _bytes.AsSpan(_length);

    /// <summary>Room for at least <paramref name="size"/> bytes; what is written there counts after <see cref="Commit"/>.</summary>
    public Span<byte> Reserve(int size)
    {
        if (_bytes.Length - _length < size)
        {
            Grow(size);
        }

        return _bytes.AsSpan(_length);
    }

    public void Commit(int written) => _length += written;

    /// <summary>Puts bytes in front of all others.</summary>
    public void Prepend(ReadOnlySpan<byte> prefix)
    {
        if (prefix.IsEmpty)
        {
            return;
        }

        Reserve(prefix.Length);
        Written.CopyTo(_bytes.AsSpan(prefix.Length));
        prefix.CopyTo(_bytes);
        _length += prefix.Length;
    }

    /// <summary>Replaces all of it.</summary>
    public void ReplaceWith(ReadOnlySpan<byte> bytes)
    {
        _length = 0;
        bytes.CopyTo(Reserve(bytes.Length));
        _length = bytes.Length;
    }

    /// <summary>Keeps the first bytes only.</summary>
    public void Truncate(int length) => _length = length;

    /// <summary>Moves its array and its bytes out; it is empty after that, and has no array.</summary>
    public FrameBuffer MoveOut()
    {
        FrameBuffer moved = this;
        (_bytes, _length) = ([], 0);
        return moved;
    }

    /// <summary>Exchanges its array for a free one, and is empty after that.</summary>
    public (byte[] Bytes, int Length) Exchange(byte[] free)
    {
        (byte[], int) taken = (_bytes, _length);
        _expected = _length;
        (_bytes, _length) = (free, 0);
        return taken;
    }

    /// <summary>Returns the array to the pool, and with it what it held.</summary>
    public void Release() => PooledArray.Release(ref _bytes, ref _length);

    private void Grow(int size)
    {
        // A busy connection fills as much again as it filled last time: rent that immediately instead of growing to it.
        int wanted = _bytes.Length == 0 ? Math.Max(size, _expected) : Math.Max(_length + size, _bytes.Length * 2);
        PooledArray.Grow(ref _bytes, _length, wanted);
    }
}
