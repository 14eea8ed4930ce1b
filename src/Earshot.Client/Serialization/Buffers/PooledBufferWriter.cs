using System.Buffers;
using Earshot.Protocol;

namespace Earshot.Serialization;

/// <summary>
/// The scratch buffer into which a custom serializer writes one payload before the frame is written. Owns one array per thread;
/// independent of frames.
/// </summary>
/// <remarks>
/// Hazard: the instance is reused by the next message of the same thread. A serializer that keeps a reference gets an exception while
/// the instance is not rented, and can otherwise only corrupt later messages of serializers on its own thread.
/// </remarks>
[ForExtensions]
internal sealed class PooledBufferWriter : IBufferWriter<byte>, IDisposable
{
    internal const int InitialCapacity = 1024;

    // A single huge payload must not pin its memory to the thread indefinitely.
    internal const int LargestKeptCapacity = 64 * 1024;

    [ThreadStatic]
    private static PooledBufferWriter? s_cached;

    private byte[] _array = [];
    private int _written;
    private bool _rented;

    private PooledBufferWriter()
    {
    }

    public int WrittenCount => _written;

    /// <summary>Valid until <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _array.AsMemory(0, _written);

    /// <summary>Valid until <see cref="Dispose"/>.</summary>
    public ReadOnlySpan<byte> WrittenSpan => _array.AsSpan(0, _written);

    /// <summary>
    /// Takes this thread's writer, or a new one while it is taken: a serializer may publish from inside. Dispose it on
    /// the same thread, before the first await.
    /// </summary>
    public static PooledBufferWriter Rent()
    {
        PooledBufferWriter writer = s_cached ?? new PooledBufferWriter();
        s_cached = null;
        writer._written = 0;
        writer._rented = true;
        return writer;
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ThrowIfNotRented();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _array.Length - _written);
        _written += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return _array.AsMemory(_written);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return _array.AsSpan(_written);
    }

    public void Dispose()
    {
        if (!_rented)
        {
            return;
        }

        _rented = false;
        _written = 0;
        if (_array.Length > LargestKeptCapacity)
        {
            // Not back to the shared pool: a serializer that kept a span could spoil a stranger's data there.
            _array = [];
        }

        s_cached = this;
    }

    private void EnsureFree(int sizeHint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        ThrowIfNotRented();
        int needed = Math.Max(sizeHint, 1);
        if (_array.Length - _written < needed)
        {
            byte[] larger = new byte[Math.Max(InitialCapacity, BufferGrowth.Next(_array.Length, _written, needed))];
            WrittenSpan.CopyTo(larger);
            _array = larger;
        }
    }

    private void ThrowIfNotRented()
    {
        if (!_rented)
        {
            throw new InvalidOperationException(
                "A serializer used its buffer writer after Serialize had returned. The writer is valid during that call only.");
        }
    }
}
