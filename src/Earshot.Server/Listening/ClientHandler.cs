using System.Net;
using System.Net.Sockets;
using System.IO.Pipelines;
using Earshot.Server.Clients;
using Earshot.Server.Links;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Earshot.Server.Listening;

/// <summary>
/// Serves one accepted connection, whatever carries it. Between the transport and the session stand the links of whoever
/// <paramref name="decorate"/> speaks for: faults and the transcript.
/// </summary>
internal sealed class ClientHandler(ServerState server, Func<IClientLink, ClientLinkOwner, IClientLink> decorate) : ConnectionHandler
{
    private static readonly TimeSpan s_farewell = TimeSpan.FromMilliseconds(100);

    public override Task OnConnectedAsync(ConnectionContext connection) =>
        ServeAsync(connection.Transport, connection.RemoteEndPoint as IPEndPoint, reset => Abort(connection, reset));

    /// <summary>Completes when the client is gone, with the reason.</summary>
    /// <param name="pipe">The bytes.</param>
    /// <param name="remote">Where the client is; <see langword="null"/> in memory.</param>
    /// <param name="abort">Ends the transport at once, with a reset or without.</param>
    /// <param name="isEncrypted">Whether TLS, if there is any, has been spoken below the pipe already.</param>
    public async Task<ClosedReason> ServeAsync(IDuplexPipe pipe, IPEndPoint? remote, Action<bool> abort, bool isEncrypted = false)
    {
        var owner = new ClientLinkOwner();
        IClientLink carrier = server.Options.Tls is { } tls && !isEncrypted
            ? new TlsLink(pipe, remote, abort, tls, server.Options.TlsFirst)
            : new PipeLink(pipe, remote, abort);
        ClientConnection? client = null;
        var timed = new DeadlineLink(carrier, () => client is { IsClosed: true } ? s_farewell : server.Options.WriteDeadline, server.Clock);
        var link = decorate(timed, owner);
        client = new ClientConnection(server, link);
        owner.Assigned?.Invoke(client);
        using var session = new ClientSession(server, link, client);
        await session.RunAsync().ConfigureAwait(false);
        (carrier as IDisposable)?.Dispose();
        await pipe.Input.CompleteAsync().ConfigureAwait(false);
        return client.ClosedReason;
    }

    private static void Abort(ConnectionContext connection, bool reset)
    {
        if (reset)
        {
            Listener.Reset(connection);
            return;
        }

        try
        {
            connection.Features.Get<IConnectionSocketFeature>()?.Socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The client was faster.
        }
        catch (ObjectDisposedException)
        {
            // The transport was faster.
        }
    }
}

/// <summary>Whose link it is; known only after the link has been made.</summary>
internal sealed class ClientLinkOwner
{
    /// <summary>Called once, before the first byte.</summary>
    public Action<ClientConnection>? Assigned { get; set; }
}
