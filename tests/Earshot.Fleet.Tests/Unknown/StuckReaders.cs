using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Earshot.Fleet.Tests.Collecting;

namespace Earshot.Fleet.Tests.Unknown;

/// <summary>Clients on bare sockets that subscribe and never read. They have no journal.</summary>
internal sealed class StuckReaders(int port, int count) : IAsyncDisposable
{
    public const string Name = "export-";
    public const string Subject = "orders.large";

    private readonly List<Socket> _sockets = [];

    public async Task SubscribeAsync(CancellationToken cancellationToken)
    {
        byte[] some = new byte[16];
        for (int i = 0; i < count; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
            _sockets.Add(socket);
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            string text = string.Create(CultureInfo.InvariantCulture, $$"""CONNECT {"verbose":false,"pedantic":false,"user":"{{IncidentCluster.Orders}}","pass":"{{FleetCluster.PasswordOf(IncidentCluster.Orders)}}","name":"{{Name}}{{i}}","lang":"raw"}""");
            await socket.SendAsync(Encoding.ASCII.GetBytes($"{text}\r\nSUB {Subject} 1\r\nPING\r\n"), cancellationToken);
            await socket.ReceiveAsync(some, cancellationToken); // the INFO begins; it reads no further
        }
    }

    public ValueTask DisposeAsync()
    {
        _sockets.ForEach(static socket => socket.Dispose());
        return ValueTask.CompletedTask;
    }
}
