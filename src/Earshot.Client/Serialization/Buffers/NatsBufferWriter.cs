using System.Buffers;
using System.Runtime.InteropServices;

namespace Earshot;

/// <summary>A growable buffer over a pooled array, to build a payload in steps. Not thread-safe.</summary>
/// <typeparam name="T">The element type.</typeparam>
/// <remarks>Publishing a <c>NatsBufferWriter&lt;byte&gt;</c> hands it over: it is disposed once its bytes are written.</remarks>
public sealed class NatsBufferWriter<T> : IBufferWriter<T>, IMemoryOwner<T>
{
    private const int DefaultCapacity = 256;

    private readonly ArrayPool<T> _pool;
    private T[]? _array;
    private int _written;

    /// <summary>Initializes a writer with a capacity of 256 elements from the shared pool.</summary>
    public NatsBufferWriter()
        : this(ArrayPool<T>.Shared, DefaultCapacity)
    {
    }

    /// <summary>Initializes a writer with a capacity of 256 elements.</summary>
    /// <param name="pool">The pool to rent from and to return to.</param>
    public NatsBufferWriter(ArrayPool<T> pool)
        : this(pool, DefaultCapacity)
    {
    }

    /// <summary>Initializes a writer that uses the shared pool.</summary>
    /// <param name="initialCapacity">The initial capacity in elements.</param>
    public NatsBufferWriter(int initialCapacity)
        : this(ArrayPool<T>.Shared, initialCapacity)
    {
    }

    /// <summary>Initializes a writer with a pool and an initial capacity.</summary>
    /// <param name="pool">The pool to rent from and to return to.</param>
    /// <param name="initialCapacity">The initial capacity in elements.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="initialCapacity"/> is negative.</exception>
    public NatsBufferWriter(ArrayPool<T> pool, int initialCapacity)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentOutOfRangeException.ThrowIfNegative(initialCapacity);
        _pool = pool;
        _array = pool.Rent(initialCapacity);
    }

    /// <summary>The data written so far, valid until the next write, <see cref="Clear"/> or <see cref="Dispose"/>.</summary>
    /// <exception cref="ObjectDisposedException">The writer has been disposed.</exception>
    public ReadOnlyMemory<T> WrittenMemory => Array.AsMemory(0, _written);

    /// <summary>The data written so far, valid until the next write, <see cref="Clear"/> or <see cref="Dispose"/>.</summary>
    /// <exception cref="ObjectDisposedException">The writer has been disposed.</exception>
    public ReadOnlySpan<T> WrittenSpan => Array.AsSpan(0, _written);

    /// <summary>The number of elements written.</summary>
    public int WrittenCount => _written;

    /// <summary>The capacity in elements without growing.</summary>
    /// <exception cref="ObjectDisposedException">The writer has been disposed.</exception>
    public int Capacity => Array.Length;

    /// <summary>The number of elements that can be written without growing.</summary>
    /// <exception cref="ObjectDisposedException">The writer has been disposed.</exception>
    public int FreeCapacity => Array.Length - _written;

    /// <inheritdoc/>
    Memory<T> IMemoryOwner<T>.Memory => MemoryMarshal.AsMemory(WrittenMemory);

    private T[] Array
    {
        get
        {
            ObjectDisposedException.ThrowIf(_array is null, this);
            return _array;
        }
    }

    /// <summary>Clears the data written so far; the capacity stays.</summary>
    /// <exception cref="ObjectDisposedException">The writer has been disposed.</exception>
    public void Clear()
    {
        Array.AsSpan(0, _written).Clear();
        _written = 0;
    }

    /// <summary>Advances the writer by elements that were written to the last span or memory.</summary>
    /// <param name="count">The number of elements.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative or more than there is room for.</exception>
    /// <exception cref="ObjectDisposedException">The writer has been disposed.</exception>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, FreeCapacity);
        _written += count;
    }

    /// <summary>Returns memory to write to; growing copies the data written so far.</summary>
    /// <param name="sizeHint">The least number of elements; 0 for at least one.</param>
    /// <returns>Memory that is valid until the next call.</returns>
    /// <exception cref="ObjectDisposedException">The writer has been disposed.</exception>
    public Memory<T> GetMemory(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return Array.AsMemory(_written);
    }

    /// <summary>Returns a span to write to; growing copies the data written so far.</summary>
    /// <param name="sizeHint">The least number of elements; 0 for at least one.</param>
    /// <returns>A span that is valid until the next call.</returns>
    /// <exception cref="ObjectDisposedException">The writer has been disposed.</exception>
    public Span<T> GetSpan(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return Array.AsSpan(_written);
    }

    /// <summary>Returns the array that holds the data written so far.</summary>
    /// <returns>A segment that is valid until the next write or <see cref="Dispose"/>.</returns>
    /// <exception cref="ObjectDisposedException">The writer has been disposed.</exception>
    public ArraySegment<T> DangerousGetArray() => new(Array, 0, _written);

    /// <summary>Returns the array to its pool. Idempotent.</summary>
    public void Dispose()
    {
        T[]? array = _array;
        _array = null;
        _written = 0;
        if (array is not null)
        {
            _pool.Return(array);
        }
    }

    private void EnsureFree(int sizeHint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        int needed = Math.Max(sizeHint, 1);
        T[] array = Array;
        if (array.Length - _written >= needed)
        {
            return;
        }

        T[] larger = _pool.Rent(Serialization.BufferGrowth.Next(array.Length, _written, needed));
        array.AsSpan(0, _written).CopyTo(larger);
        _array = larger;
        _pool.Return(array);
    }
}
