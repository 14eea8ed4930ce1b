namespace Earshot.Conformance.Tests.Scenarios;

/// <summary>Passes everything on, and reports the first receive: the client waits for INFO.</summary>
internal sealed class NoticingConnection(INatsSocketConnection inner, TaskCompletionSource receives) : INatsSocketConnection
{
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer) => inner.SendAsync(buffer);

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        receives.TrySetResult();
        return inner.ReceiveAsync(buffer);
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
