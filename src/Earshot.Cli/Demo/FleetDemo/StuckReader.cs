using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Earshot.Cli.Demo;

/// <summary>A client on a bare socket that subscribes and never reads, so that its server ends the connection.</summary>
internal sealed class StuckReader : IDisposable
{
    internal const string Subject = "reports.large";

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };

    /// <summary>Subscribes with the account of a service.</summary>
    internal async Task SubscribeAsync(int port, string user, string password, CancellationToken cancellationToken)
    {
        await _socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken).ConfigureAwait(false);
        string text = $$"""CONNECT {"verbose":false,"pedantic":false,"user":"{{user}}","pass":"{{password}}","name":"reports-export","lang":"raw"}""" + $"\r\nSUB {Subject} 1\r\nPING\r\n";
        await _socket.SendAsync(Encoding.ASCII.GetBytes(text), cancellationToken).ConfigureAwait(false);
        byte[] some = new byte[16];
        await _socket.ReceiveAsync(some, cancellationToken).ConfigureAwait(false); // the INFO begins; it reads no further
    }

    public void Dispose() => _socket.Dispose();
}
