using System.Buffers;
using System.Threading.Tasks.Sources;
using Earshot.Protocol;

namespace Earshot.Server.Clients;

/// <summary>
/// Pending bytes for one client: any thread appends whole operations under a short lock, one write loop takes all of them
/// together. Holds no buffer while there is nothing to send.
/// </summary>
internal sealed class ClientOutbox(Func<long> limit) : IValueTaskSource, IBufferWriter<byte>
{
    private const int SmallestBuffer = 512;

    private readonly Lock _lock = new();
    private ManualResetValueTaskSourceCore<bool> _wake = new() { RunContinuationsAsynchronously = true };
    private byte[] _buffer = [];
    private int _length;
    private long _inFlight;
    private bool _signalled;
    private bool _waiting;
    private bool _completed;
    private int _dirty;

    /// <summary>Bytes that the client's transport has not taken yet.</summary>
    public long Pending
    {
        get
        {
            lock (_lock)
            {
                return _length + _inFlight;
            }
        }
    }

    public bool IsCongested => Pending > limit() / 4 * 3;

    public bool IsCompleted
    {
        get
        {
            lock (_lock)
            {
                return _completed && _length == 0;
            }
        }
    }

    // Whether the client takes what it receives; else it is a slow consumer.
    private bool IsWithinLimit => _length + _inFlight <= limit();

    /// <summary>Appends MSG or HMSG; false when that went over the limit, which makes the client a slow consumer.</summary>
    public bool AppendMessage(ReadOnlySpan<byte> sid, in RoutedMessage message, bool withHeaders)
    {
        lock (_lock)
        {
            if (_completed)
            {
                return true;
            }

            if (withHeaders && !message.Headers.IsEmpty)
            {
                ServerOperationWriter.WriteHeadersMessage(this, message.Subject, sid, message.ReplyTo, message.Headers, message.Payload);
            }
            else
            {
                ServerOperationWriter.WriteMessage(this, message.Subject, sid, message.ReplyTo, message.Payload);
            }

            return IsWithinLimit;
        }
    }

    /// <summary>Appends bytes that are whole operations; false when that went over the limit.</summary>
    public bool Append(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (_completed)
            {
                return true;
            }

            this.Write(bytes);
            return IsWithinLimit;
        }
    }

    /// <summary>Appends what the caller writes, as one piece; false when that went over the limit.</summary>
    public bool Append<TState>(TState state, Action<IBufferWriter<byte>, TState> write)
    {
        lock (_lock)
        {
            if (_completed)
            {
                return true;
            }

            write(this, state);
            return IsWithinLimit;
        }
    }

    /// <summary>Ends the outbox: nothing can be appended any more; pending bytes are sent or discarded.</summary>
    public void Complete(bool discard)
    {
        lock (_lock)
        {
            _completed = true;
            if (discard)
            {
                Release();
            }
        }

        Signal();
    }

    /// <summary>
    /// After an append: true if the caller has to call <see cref="Signal"/>, false if another thread will.
    /// </summary>
    public bool TryMarkDirty() => Volatile.Read(ref _dirty) == 0 && Interlocked.Exchange(ref _dirty, 1) == 0;

    /// <summary>Wakes the write loop. Called once per batch of appends and not once per append.</summary>
    public void Signal()
    {
        // Cleared before the loop is woken: an append that still saw the mark is in the buffer the loop will take.
        Interlocked.Exchange(ref _dirty, 0);
        lock (_lock)
        {
            if (!_waiting)
            {
                _signalled = true;
                return;
            }

            _waiting = false;
        }

        _wake.SetResult(true);
    }

    /// <summary>For the write loop: completes after the next signal.</summary>
    public ValueTask WaitAsync()
    {
        lock (_lock)
        {
            if (_signalled)
            {
                _signalled = false;
                return default;
            }

            _wake.Reset();
            _waiting = true;
            return new ValueTask(this, _wake.Version);
        }
    }

    /// <summary>For the write loop: everything that is there. <see cref="Return"/> must follow.</summary>
    public ReadOnlyMemory<byte> Take(out byte[] buffer)
    {
        lock (_lock)
        {
            buffer = _buffer;
            Memory<byte> taken = buffer.AsMemory(0, _length);
            _inFlight = _length;
            _buffer = [];
            _length = 0;
            return taken;
        }
    }

    public void Return(byte[] buffer)
    {
        lock (_lock)
        {
            _inFlight = 0;
        }

        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    void IBufferWriter<byte>.Advance(int count) => _length += count;

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
    {
        Grow(sizeHint);
        return _buffer.AsMemory(_length);
    }

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint)
    {
        Grow(sizeHint);
        return _buffer.AsSpan(_length);
    }

    void IValueTaskSource.GetResult(short token) => _wake.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _wake.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wake.OnCompleted(continuation, state, token, flags);

    private void Grow(int sizeHint)
    {
        int needed = _length + Math.Max(1, sizeHint);
        if (needed <= _buffer.Length)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(SmallestBuffer, Math.Max(needed, _buffer.Length * 2)));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        byte[] old = _buffer;
        _buffer = larger;
        if (old.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(old);
        }
    }

    private void Release()
    {
        byte[] old = _buffer;
        _buffer = [];
        _length = 0;
        if (old.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(old);
        }
    }
}
