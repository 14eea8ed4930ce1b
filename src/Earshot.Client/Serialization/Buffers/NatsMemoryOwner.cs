using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Earshot;

/// <summary>
/// A part of a pooled array that is returned to its pool on disposal. It is a struct without reference counting: exactly one of all
/// copies may be disposed, and none may be used afterwards.
/// </summary>
/// <typeparam name="T">The element type.</typeparam>
/// <remarks>
/// Receive with <c>SubscribeAsync&lt;NatsMemoryOwner&lt;byte&gt;&gt;</c> to get payloads without an allocation; dispose each
/// message's data when done with it. Publishing an owner, asking or replying with it hands it over with the call: it is disposed once its
/// bytes are written, and also when the call throws or is cancelled. Only a serializer of your own that takes owners disposes them itself.
/// </remarks>
[SuppressMessage("Design", "CA1000", Justification = "The name and shape .NET users of NATS already write.")]
public struct NatsMemoryOwner<T> : IMemoryOwner<T>
{
    private const int DisposedMark = -1;

    private readonly ArrayPool<T>? _pool;
    private readonly int _length;
    private T[]? _array;
    private int _start;

    private NatsMemoryOwner(T[] array, int start, int length, ArrayPool<T>? pool)
    {
        _array = array;
        _start = start;
        _length = length;
        _pool = pool;
    }

    /// <summary>An empty owner; disposing it has no effect.</summary>
    public static NatsMemoryOwner<T> Empty => default;

    /// <summary>The number of elements, also after disposal.</summary>
    public readonly int Length => _length;

    /// <summary>The memory, valid until this owner or a copy of it is disposed.</summary>
    /// <exception cref="ObjectDisposedException">This owner has been disposed or sliced.</exception>
    public readonly Memory<T> Memory
    {
        get
        {
            ThrowIfDisposed();
            return new Memory<T>(_array, _start, _length);
        }
    }

    /// <summary>The memory as a span, valid until this owner or a copy of it is disposed.</summary>
    /// <exception cref="ObjectDisposedException">This owner has been disposed or sliced.</exception>
    public readonly Span<T> Span
    {
        get
        {
            ThrowIfDisposed();
            return new Span<T>(_array, _start, _length);
        }
    }

    /// <summary>Rents memory from the shared pool.</summary>
    /// <param name="size">The number of elements.</param>
    /// <returns>An owner of exactly that many elements.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is negative.</exception>
    public static NatsMemoryOwner<T> Allocate(int size) =>
        Allocate(size, ArrayPool<T>.Shared, NatsMemoryOwnerAllocationMode.Default);

    /// <summary>Rents memory from the given pool.</summary>
    /// <param name="size">The number of elements.</param>
    /// <param name="pool">The pool to rent from and to return to.</param>
    /// <returns>An owner of exactly that many elements.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is negative.</exception>
    public static NatsMemoryOwner<T> Allocate(int size, ArrayPool<T> pool) =>
        Allocate(size, pool, NatsMemoryOwnerAllocationMode.Default);

    /// <summary>Rents memory from the shared pool.</summary>
    /// <param name="size">The number of elements.</param>
    /// <param name="mode">Whether to clear it.</param>
    /// <returns>An owner of exactly that many elements.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is negative.</exception>
    public static NatsMemoryOwner<T> Allocate(int size, NatsMemoryOwnerAllocationMode mode) =>
        Allocate(size, ArrayPool<T>.Shared, mode);

    /// <summary>Rents memory from the given pool.</summary>
    /// <param name="size">The number of elements.</param>
    /// <param name="pool">The pool to rent from and to return to.</param>
    /// <param name="mode">Whether to clear it.</param>
    /// <returns>An owner of exactly that many elements.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is negative.</exception>
    public static NatsMemoryOwner<T> Allocate(int size, ArrayPool<T> pool, NatsMemoryOwnerAllocationMode mode)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentNullException.ThrowIfNull(pool);
        T[] array = pool.Rent(size);
        if (mode == NatsMemoryOwnerAllocationMode.Clear)
        {
            array.AsSpan(0, size).Clear();
        }

        return new NatsMemoryOwner<T>(array, 0, size, pool);
    }

    /// <summary>Returns a reference to the first element, without a bounds check.</summary>
    /// <returns>A reference that dangles once this owner is disposed; do not follow it if <see cref="Length"/> is 0.</returns>
    /// <exception cref="ObjectDisposedException">This owner has been disposed or sliced.</exception>
    public readonly ref T DangerousGetReference() => ref MemoryMarshal.GetReference(Span);

    /// <summary>Returns the array that holds the memory.</summary>
    /// <returns>A segment whose array belongs to the pool again once this owner is disposed.</returns>
    /// <exception cref="ObjectDisposedException">This owner has been disposed or sliced.</exception>
    public readonly ArraySegment<T> DangerousGetArray()
    {
        ThrowIfDisposed();
        return _array is null ? ArraySegment<T>.Empty : new ArraySegment<T>(_array, _start, _length);
    }

    /// <summary>Returns a new owner of a part of the memory, and ends this owner as if it were disposed.</summary>
    /// <param name="start">The index of the first element in this owner.</param>
    /// <param name="length">The number of elements.</param>
    /// <returns>The owner that must be disposed from now on.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within this owner; it keeps its memory.</exception>
    /// <exception cref="ObjectDisposedException">This owner has been disposed or sliced.</exception>
    public NatsMemoryOwner<T> Slice(int start, int length)
    {
        ThrowIfDisposed();
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)start, (uint)_length, nameof(start));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)(_length - start), nameof(length));
        T[]? array = _array;
        if (array is null)
        {
            return default;
        }

        int first = _start;
        _array = null;
        _start = DisposedMark;
        return new NatsMemoryOwner<T>(array, first + start, length, _pool);
    }

    /// <summary>Returns the memory to its pool. A second call on the same variable has no effect.</summary>
    public void Dispose()
    {
        T[]? array = _array;
        if (array is null)
        {
            return;
        }

        _array = null;
        _start = DisposedMark;
        _pool?.Return(array);
    }

    /// <summary>
    /// Hands an array that is already rented to a user, without a copy. The owner returns it; the caller must not touch
    /// it any more. With no pool the array is left to the garbage collector.
    /// </summary>
    internal static NatsMemoryOwner<T> Wrap(T[] pooledArray, int start, int length, ArrayPool<T>? pool) =>
        new(pooledArray, start, length, pool);

    private readonly void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_start == DisposedMark, typeof(NatsMemoryOwner<T>));
}
