using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Earshot.Server.Clients;
using Microsoft.AspNetCore.Http;

namespace Earshot.Server.WebSockets;

/// <summary>The beginning and the end of a WebSocket (RFC 6455): the upgrade, and the close frame with the reason.</summary>
internal static class WebSocketHandshake
{
    private static readonly TimeSpan s_closeTimeout = TimeSpan.FromMilliseconds(100);

    /// <summary>Fills in the headers of the answer; false when the request is no upgrade to WebSocket.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "RFC 6455 requires SHA-1; it is not used for security.")]
    public static bool TryAnswer(IHeaderDictionary request, IHeaderDictionary response)
    {
        string key = request.SecWebSocketKey.ToString();
        if (key.Length == 0 || request.SecWebSocketVersion != "13" || !string.Equals(request.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        response.Connection = "Upgrade";
        response.Upgrade = "websocket";
        response.SecWebSocketAccept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
        return true;
    }

    /// <summary>Sends the close frame with the reason's text, as far as the client still listens, and ends the socket.</summary>
    public static async Task CloseAsync(WebSocket socket, ClosedReason reason)
    {
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                Task sent = socket.CloseOutputAsync(StatusOf(reason), ClosedReasonText.Of(reason), CancellationToken.None);
                await sent.WaitAsync(s_closeTimeout, TimeProvider.System).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or TimeoutException or OperationCanceledException)
        {
            socket.Abort();
        }
    }

    private static WebSocketCloseStatus StatusOf(ClosedReason reason) => reason switch
    {
        ClosedReason.ClientClosed => WebSocketCloseStatus.NormalClosure,
        ClosedReason.ParseError or ClosedReason.ProtocolViolation or ClosedReason.BadClientProtocolVersion => WebSocketCloseStatus.ProtocolError,
        ClosedReason.MaxPayloadExceeded => WebSocketCloseStatus.MessageTooBig,
        ClosedReason.WriteError or ClosedReason.ReadError or ClosedReason.StaleConnection or ClosedReason.ServerShutdown =>
            WebSocketCloseStatus.EndpointUnavailable,
        ClosedReason.Kicked or ClosedReason.NoRespondersRequiresHeaders or ClosedReason.None => WebSocketCloseStatus.InternalServerError,
        _ => WebSocketCloseStatus.PolicyViolation,
    };
}
