using System.Buffers;

namespace Earshot.Server.Listening;

/// <summary>Received bytes in one piece, for a reader that wants whole operations. Holds nothing while nothing is left over.</summary>
internal sealed class ReceiveBuffer
{
    private byte[] _buffer = [];
    private int _start;
    private int _end;

    public ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    public void Append(ReadOnlySequence<byte> bytes)
    {
        int length = checked((int)bytes.Length);
        if (_end + length > _buffer.Length)
        {
            MakeRoom(length);
        }

        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += length;
    }

    public void Consume(int count)
    {
        _start += count;
        if (_start == _end)
        {
            Release();
        }
    }

    public void Release()
    {
        byte[] old = _buffer;
        _buffer = [];
        _start = 0;
        _end = 0;
        if (old.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(old);
        }
    }

    private void MakeRoom(int length)
    {
        int unread = _end - _start;
        int needed = unread + length;
        if (needed <= _buffer.Length && _start >= _buffer.Length / 2)
        {
            Unread.CopyTo(_buffer);
        }
        else
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, 2 * unread));
            Unread.CopyTo(larger);
            if (_buffer.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
            }

            _buffer = larger;
        }

        _start = 0;
        _end = unread;
    }
}
