using System.Net;
using System.Net.Sockets;

namespace Earshot.Server.Listening;

/// <summary>
/// Keeps a port for a server while its listener is closed: without it any outgoing connection of the machine may take the
/// port before a restart does. Listens to nothing itself.
/// </summary>
internal sealed class PortReservation : IDisposable
{
    private readonly Socket? _holder;

    /// <param name="number">0 for a free one.</param>
    public PortReservation(int number)
    {
        Number = number;

        // Elsewhere two sockets on one port are an error or a theft, so there the port is free during a restart.
        if (OperatingSystem.IsLinux())
        {
            _holder = CreateBound(new IPEndPoint(IPAddress.Loopback, number));
            Number = ((IPEndPoint)_holder.LocalEndPoint!).Port;
        }
    }

    public int Number { get; set; }

    /// <summary>A socket that may share its port with the holder, since of the two only one listens.</summary>
    public static Socket CreateBound(EndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (OperatingSystem.IsLinux())
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        }

        try
        {
            socket.Bind(endPoint);
            return socket;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new IOException($"The server cannot listen on {endPoint}: {exception.Message}", exception);
        }
    }

    public void Dispose() => _holder?.Dispose();
}
