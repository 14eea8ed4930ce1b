namespace Earshot.Transport;

/// <summary>The client's transport as an application's hook sees it.</summary>
internal sealed class TransportConnection(ITransport transport) : INatsSocketConnection
{
    public ITransport Transport => transport;

    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer)
    {
        await transport.SendAsync(buffer).ConfigureAwait(false);
        return buffer.Length;
    }

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => transport.ReceiveAsync(buffer);

    public ValueTask DisposeAsync()
    {
        transport.Dispose();
        return default;
    }
}
