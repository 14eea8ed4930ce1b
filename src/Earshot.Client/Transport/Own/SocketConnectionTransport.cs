using System.Net;

namespace Earshot.Transport;

/// <summary>An application's connection in the shape the client works with. Owns it.</summary>
internal sealed class SocketConnectionTransport(INatsSocketConnection connection, EndPoint? remote = null) : ITransport
{
    private int _closed;

    public EndPoint? RemoteEndPoint => remote;

    // The application's side need not know empty buffers; an idle connection of this kind holds one.
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => buffer.IsEmpty ? default : connection.ReceiveAsync(buffer);

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int sent = await connection.SendAsync(bytes).ConfigureAwait(false);
            if (sent <= 0)
            {
                throw new IOException("The connection accepted no bytes.");
            }

            bytes = bytes[sent..];
        }
    }

    public void Abort() => Dispose();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            _ = CloseAsync();
        }
    }

    private async Task CloseAsync()
    {
        try
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It is no longer needed, and no caller waits for the error.
        }
    }
}
