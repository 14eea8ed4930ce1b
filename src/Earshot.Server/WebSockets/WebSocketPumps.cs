using System.IO.Pipelines;
using System.Net.WebSockets;

namespace Earshot.Server.WebSockets;

/// <summary>Moves bytes between a WebSocket and two pipes. Where frames begin and end means nothing to NATS.</summary>
internal static class WebSocketPumps
{
    /// <summary>Ends with the client's close frame or a broken connection, either of which ends the pipe. Never throws.</summary>
    public static async Task ReceiveAsync(WebSocket socket, PipeWriter destination)
    {
        try
        {
            while (true)
            {
                ValueWebSocketReceiveResult result = await socket.ReceiveAsync(destination.GetMemory(), CancellationToken.None).ConfigureAwait(false);
                destination.Advance(result.Count);
                if (result.MessageType == WebSocketMessageType.Close || (await destination.FlushAsync().ConfigureAwait(false)).IsCompleted)
                {
                    break;
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The end of the pipe has the same effect.
        }

        await destination.CompleteAsync().ConfigureAwait(false);
    }

    /// <summary>Ends when the pipe ends or the client takes no more. Never throws.</summary>
    public static async Task SendAsync(WebSocket socket, PipeReader source)
    {
        try
        {
            while (true)
            {
                ReadResult result = await source.ReadAsync().ConfigureAwait(false);
                foreach (ReadOnlyMemory<byte> chunk in result.Buffer)
                {
                    await socket.SendAsync(chunk, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None).ConfigureAwait(false);
                }

                source.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    break;
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The server notices by the completed reader.
        }

        await source.CompleteAsync().ConfigureAwait(false);
    }
}
