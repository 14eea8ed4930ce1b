using Earshot.Server.Clients;
using Earshot.Server.Links;

namespace Earshot.Server.Listening;

/// <summary>
/// Serves one accepted connection over any transport. The links that <paramref name="decorate"/> adds (faults and the transcript) are
/// between the transport and the session.
/// </summary>
internal sealed class ClientHandler(ServerState server, Func<IClientLink, ClientLinkOwner, IClientLink> decorate)
{
    private static readonly TimeSpan s_closeTimeout = TimeSpan.FromMilliseconds(100);

    /// <summary>Completes when the client has disconnected, with the reason.</summary>
    /// <param name="transport">The transport; its creator disposes it.</param>
    /// <param name="isWebSocket">Whether it comes over WebSocket, where TLS, if there is any, is spoken below.</param>
    public async Task<ClosedReason> ServeAsync(IClientLink transport, bool isWebSocket = false)
    {
        var owner = new ClientLinkOwner();
        ClientConnection? client = null;
        bool IsOver() => client is { IsClosed: true };
        using TlsLink? tls = server.Options.Tls is { } options && !isWebSocket ? new TlsLink(transport, options, server.Options.TlsFirst, IsOver) : null;
        var timed = new DeadlineLink(tls ?? transport, () => IsOver() ? s_closeTimeout : server.Options.WriteDeadline, server.Clock);
        IClientLink link = decorate(timed, owner);
        client = new ClientConnection(server, link) { IsWebSocket = isWebSocket };
        owner.Assigned?.Invoke(client);
        using var session = new ClientSession(server, link, client);
        await session.RunAsync().ConfigureAwait(false);
        return client.ClosedReason;
    }
}
