using System.Net;
using System.Net.Sockets;
using Earshot.Transport;

namespace Earshot.Simulation.Network;

/// <summary>The client's end of a link: what the client takes for its socket.</summary>
internal sealed class ClientEnd(EndPoint remote, LinkQuality quality) : ITransport, IReceivingEnd
{
    private readonly ByteQueue _received = new();
    private (TaskCompletionSource<int> Source, Memory<byte> Buffer)? _receive;
    private TaskCompletionSource? _send;
    private Func<Exception>? _fault;
    private bool _isEnded;
    private bool _writesFail;
    private long _sent;

    public EndPoint? RemoteEndPoint => remote;

    public bool IsClosed { get; private set; }

    /// <summary>The direction to the server; set before the client has this end.</summary>
    public Direction Up { get; set; } = null!;

    /// <summary>Called when the client closes its end.</summary>
    public Action Closed { get; set; } = static () => { };

    public TransportProgress? Progress =>
        quality.ReportsProgress && !IsClosed ? new TransportProgress(_sent - Up.InFlight, Up.InFlight, _received.Count) : null;

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        if (_receive is not null)
        {
            throw new InvalidOperationException("Two receives at a time break the contract of the transport.");
        }

        if (TryReceive(buffer.Span, out int count))
        {
            return ValueTask.FromResult(count);
        }

        var source = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        _receive = (source, buffer);
        return new ValueTask<int>(source.Task);
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        if (_send is not null)
        {
            throw new InvalidOperationException("Two sends at a time break the contract of the transport.");
        }

        if (_fault is { } fault)
        {
            throw fault();
        }

        if (_writesFail)
        {
            throw WriteFault();
        }

        _sent += bytes.Length;
        Up.Write(bytes.Span);
        if (Up.InFlight <= quality.Window)
        {
            return default;
        }

        _send = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return new ValueTask(_send.Task);
    }

    /// <summary>The window has opened, if enough has arrived.</summary>
    public void Acknowledged()
    {
        if (Up.InFlight <= quality.Window)
        {
            Complete(ref _send)?.SetResult();
        }
    }

    public void Arrived(byte[] bytes)
    {
        _received.Add(bytes);
        CompleteReceive();
    }

    public void Ended()
    {
        _isEnded = true;
        CompleteReceive();
    }

    /// <summary>Writes fail, while reads wait for bytes that do not come.</summary>
    public void FailWrites()
    {
        _writesFail = true;
        Complete(ref _send)?.SetException(WriteFault());
    }

    /// <summary>The link is reset: what has not been read yet is lost, and every operation fails.</summary>
    public void Reset() => Fail(static () => new SocketException((int)SocketError.ConnectionReset));

    public void Abort()
    {
        if (IsClosed)
        {
            return;
        }

        IsClosed = true;
        Fail(static () => new ObjectDisposedException(nameof(ClientEnd)));
        Closed();
    }

    public void Dispose() => Abort();

    private void Fail(Func<Exception> fault)
    {
        _fault = fault;
        _received.Clear();
        CompleteReceive();
        Complete(ref _send)?.SetException(fault());
    }

    private static SocketException WriteFault() => new((int)SocketError.Shutdown);

    private bool TryReceive(Span<byte> buffer, out int count)
    {
        count = 0;
        if (_fault is { } fault)
        {
            throw fault();
        }

        if (_received.Count == 0)
        {
            return _isEnded;
        }

        count = _received.Take(buffer);
        return true;
    }

    private void CompleteReceive()
    {
        if (_receive is not var (source, buffer))
        {
            return;
        }

        try
        {
            if (TryReceive(buffer.Span, out int count))
            {
                _receive = null;
                source.SetResult(count);
            }
        }
        catch (Exception e)
        {
            _receive = null;
            source.SetException(e);
        }
    }

    private static TaskCompletionSource? Complete(ref TaskCompletionSource? pending)
    {
        TaskCompletionSource? completed = pending;
        pending = null;
        return completed;
    }
}
