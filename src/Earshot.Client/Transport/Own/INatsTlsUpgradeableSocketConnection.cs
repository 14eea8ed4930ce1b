using System.Net.Sockets;

namespace Earshot;

/// <summary>
/// A transport connection of the application over a socket. TLS runs on top of every transport connection, this one included, through its
/// own <see cref="INatsSocketConnection.SendAsync"/> and <see cref="INatsSocketConnection.ReceiveAsync"/>.
/// </summary>
public interface INatsTlsUpgradeableSocketConnection : INatsSocketConnection
{
    /// <summary>The socket under the transport connection.</summary>
    Socket Socket { get; }
}
