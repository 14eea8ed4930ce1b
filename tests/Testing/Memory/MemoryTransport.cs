using System.Net;
using Earshot.Transport;

namespace Earshot.Testing;

/// <summary>One end of an in-memory connection. Made by <see cref="MemoryTransportPair"/>.</summary>
internal sealed class MemoryTransport : ITransport
{
    private readonly MemoryPipe _incoming;
    private readonly MemoryPipe _outgoing;
    private int _closed;
    private int _sends;
    private int _sendThread;
    private long _sentBytes;

    public MemoryTransport(MemoryPipe incoming, MemoryPipe outgoing, EndPoint? remoteEndPoint)
    {
        _incoming = incoming;
        _outgoing = outgoing;
        RemoteEndPoint = remoteEndPoint;
    }

    public EndPoint? RemoteEndPoint { get; }

    /// <summary>The progress that the operating system reports; by default the other side acknowledges everything immediately.</summary>
    public Func<TransportProgress?>? Pulses { get; set; }

    public TransportProgress? Progress => Pulses is { } pulses ? pulses() : new TransportProgress(Volatile.Read(ref _sentBytes), 0, _incoming.Unread);

    /// <summary>Whether PINGs are sent on the thread of the timer; as with TLS they are not by default.</summary>
    public bool SendsImmediately { get; set; }

    public bool IsClosed => Volatile.Read(ref _closed) != 0;

    /// <summary>The number of sends; distinguishes batching from one send per message.</summary>
    public int Sends => Volatile.Read(ref _sends);

    /// <summary>The thread that sent last; 0: none yet.</summary>
    public int SendThread => Volatile.Read(ref _sendThread);

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => _incoming.ReadAsync(buffer, CancellationToken.None);

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        _incoming.ReadAsync(buffer, cancellationToken);

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => WriteAsync(bytes, CancellationToken.None);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _sendThread, Environment.CurrentManagedThreadId);
        Interlocked.Increment(ref _sends);
        Interlocked.Add(ref _sentBytes, bytes.Length);
        return _outgoing.WriteAsync(bytes, cancellationToken);
    }

    /// <summary>Ends the sending direction only; the other side reads the end and may still send.</summary>
    public void CloseSending() => _outgoing.End();

    public void Abort() => Close(MemoryPipe.Reset);

    public void Dispose() => Close(null);

    private void Close(Func<Exception>? seenByTheOther)
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            _outgoing.FailWriter(MemoryPipe.Disposed);
            _incoming.FailReader(MemoryPipe.Disposed);
            _incoming.FailWriter(MemoryPipe.Reset);
            _outgoing.End(seenByTheOther);
        }
    }
}
