namespace Earshot.ObjectStore.Tests.Kit;

/// <summary>
/// A stream of a test: its source returns bytes of a pattern in pieces of any size, its target compares nothing and keeps nothing. A hook is
/// called before each read and write, with the bytes so far. Contains no assertions.
/// </summary>
internal sealed class HookedStream(long length = 0) : Stream
{
    private static readonly byte[] s_pattern = ObjRig.Bytes(1_000_003); // no multiple of it is one of a chunk

    private long _position;

    /// <summary>Called before each read and write with the number of bytes so far.</summary>
    public Func<long, CancellationToken, ValueTask> Hook { get; set; } = static (_, _) => default;

    /// <summary>The most bytes that one read returns.</summary>
    public int Piece { get; set; } = int.MaxValue;

    /// <summary>Receives what is written. Null: nothing is kept.</summary>
    public MemoryStream? Copy { get; init; }

    public bool IsDisposed { get; private set; }

    public long Done => _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The first bytes of the pattern.</summary>
    public static byte[] Pattern(int size)
    {
        byte[] bytes = new byte[size];
        Fill(bytes, 0);
        return bytes;
    }

    private static void Fill(Span<byte> target, long position)
    {
        while (!target.IsEmpty)
        {
            ReadOnlySpan<byte> part = s_pattern.AsSpan((int)(position % s_pattern.Length));
            part = part[..Math.Min(part.Length, target.Length)];
            part.CopyTo(target);
            target = target[part.Length..];
            position += part.Length;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Hook(_position, cancellationToken);
        int count = (int)Math.Min(Math.Min(buffer.Length, Piece), length - _position);
        Fill(buffer.Span[..count], _position);
        _position += count;
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Hook(_position, cancellationToken);
        Copy?.Write(buffer.Span);
        _position += buffer.Length;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
