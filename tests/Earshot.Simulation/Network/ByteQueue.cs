namespace Earshot.Simulation.Network;

/// <summary>Bytes that have arrived and were not read yet.</summary>
internal sealed class ByteQueue
{
    private byte[] _bytes = new byte[1024];
    private int _start;

    public int Count { get; private set; }

    public void Add(ReadOnlySpan<byte> added)
    {
        if (_start + Count + added.Length > _bytes.Length)
        {
            byte[] roomier = Count + added.Length > _bytes.Length ? new byte[Math.Max(2 * _bytes.Length, Count + added.Length)] : _bytes;
            _bytes.AsSpan(_start, Count).CopyTo(roomier);
            (_bytes, _start) = (roomier, 0);
        }

        added.CopyTo(_bytes.AsSpan(_start + Count));
        Count += added.Length;
    }

    public int Take(Span<byte> destination)
    {
        int taken = Math.Min(destination.Length, Count);
        _bytes.AsSpan(_start, taken).CopyTo(destination);
        (_start, Count) = (_start + taken, Count - taken);
        return taken;
    }

    public void Clear() => (_start, Count) = (0, 0);
}
