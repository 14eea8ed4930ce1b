using System.Net;
using Earshot.Transport;

namespace Earshot.Client.Tests.Transport;

/// <summary>A transport whose next receive fails with an exception of the test.</summary>
internal sealed class FaultyTransport(ITransport below) : ITransport
{
    public Exception? Fault { get; set; }

    public EndPoint? RemoteEndPoint => below.RemoteEndPoint;

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => Fault is { } fault ? ValueTask.FromException<int>(fault) : below.ReceiveAsync(buffer);

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => below.SendAsync(bytes);

    public void Abort() => below.Abort();

    public void Dispose() => below.Dispose();
}
