using System.Net.Sockets;

namespace Earshot;

/// <summary>
/// A connection of the application's own over a socket. TLS goes on top of every kind of connection here, this one included, and through its
/// own <see cref="INatsSocketConnection.SendAsync"/> and <see cref="INatsSocketConnection.ReceiveAsync"/>.
/// </summary>
public interface INatsTlsUpgradeableSocketConnection : INatsSocketConnection
{
    /// <summary>The socket below.</summary>
    Socket Socket { get; }
}
