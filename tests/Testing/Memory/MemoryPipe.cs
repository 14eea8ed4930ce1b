using System.Net.Sockets;

namespace Earshot.Testing;

/// <summary>
/// One direction of an in-memory connection: bytes in order, an end, and failures on either side. Bytes sent before an end or a
/// reset are still delivered first, so that a test does not depend on which side runs faster.
/// </summary>
internal sealed class MemoryPipe
{
    private readonly Lock _lock = new();
    private readonly MemoryTransportOptions _options;
    private readonly Queue<byte> _bytes = new();
    private TaskCompletionSource? _changed;
    private Func<Exception>? _readerFault;
    private Func<Exception>? _writerFault;
    private Func<Exception>? _endFault;
    private bool _isEnded;
    private int _readers;
    private int _writers;

    public MemoryPipe(MemoryTransportOptions options) => _options = options;

    public int Unread
    {
        get
        {
            lock (_lock)
            {
                return _bytes.Count;
            }
        }
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        Enter(ref _readers, "Two receives at a time");
        try
        {
            while (true)
            {
                Task changed;
                lock (_lock)
                {
                    if (TryRead(buffer.Span, out int read))
                    {
                        return read;
                    }

                    changed = NextChange();
                }

                await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _readers);
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        Enter(ref _writers, "Two sends at a time");
        try
        {
            while (true)
            {
                Task changed;
                lock (_lock)
                {
                    bytes = bytes[Append(bytes.Span)..];
                    if (bytes.IsEmpty)
                    {
                        return;
                    }

                    changed = NextChange();
                }

                await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _writers);
        }
    }

    /// <summary>After what is unread the reader gets the orderly end, or the exception.</summary>
    public void End(Func<Exception>? fault = null) => Change(() =>
    {
        if (!_isEnded)
        {
            _isEnded = true;
            _endFault = fault;
        }
    });

    /// <summary>Reads fail from now on, whatever is unread.</summary>
    public void FailReader(Func<Exception> fault) => Change(() => _readerFault ??= fault);

    /// <summary>Writes fail from now on.</summary>
    public void FailWriter(Func<Exception> fault) => Change(() => _writerFault ??= fault);

    public static Exception Reset() => new SocketException((int)SocketError.ConnectionReset);

    public static Exception Disposed() => new ObjectDisposedException(nameof(MemoryTransport));

    private static void Enter(ref int users, string violation)
    {
        if (Interlocked.Increment(ref users) != 1)
        {
            Interlocked.Decrement(ref users);
            throw new InvalidOperationException(violation + " break the contract of the transport.");
        }
    }

    private bool TryRead(Span<byte> buffer, out int read)
    {
        read = 0;
        if (_readerFault is not null)
        {
            throw _readerFault();
        }

        if (_bytes.Count == 0)
        {
            return _isEnded && _endFault is not null ? throw _endFault() : _isEnded;
        }

        int limit = Math.Min(buffer.Length, _options.ChunkSize ?? int.MaxValue);
        while (read < limit && _bytes.TryDequeue(out byte next))
        {
            buffer[read++] = next;
        }

        if (read > 0)
        {
            SignalChange();
        }

        return true;
    }

    private int Append(ReadOnlySpan<byte> bytes)
    {
        if (_writerFault is not null)
        {
            throw _writerFault();
        }

        if (_isEnded)
        {
            throw new SocketException((int)SocketError.Shutdown);
        }

        int count = Math.Min(bytes.Length, _options.Capacity - _bytes.Count);
        foreach (byte next in bytes[..count])
        {
            _bytes.Enqueue(next);
        }

        if (count > 0)
        {
            SignalChange();
        }

        return count;
    }

    private Task NextChange() => (_changed ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private void SignalChange()
    {
        _changed?.SetResult();
        _changed = null;
    }

    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
            SignalChange();
        }
    }
}
