using System.Net;
using Earshot.Transport;

namespace Earshot.Client.Tests.Sessions;

/// <summary>Receives like the transport inside and fails every send.</summary>
internal sealed class FailingTransport(ITransport inner) : ITransport
{
    private int _failures;

    public int Failures => Volatile.Read(ref _failures);

    public EndPoint? RemoteEndPoint => inner.RemoteEndPoint;

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => inner.ReceiveAsync(buffer);

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        Interlocked.Increment(ref _failures);
        return ValueTask.FromException(new IOException("broken pipe"));
    }

    public void Abort() => inner.Abort();

    public void Dispose() => inner.Dispose();
}
