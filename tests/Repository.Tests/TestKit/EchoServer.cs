using System.Net;
using System.Net.Sockets;

namespace Repository.Tests.TestKit;

/// <summary>Sends back what it receives, and ends the stream when the other side does. It counts what it received.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _loop;
    private long _received;

    internal EchoServer()
    {
        _listener.Start();
        _loop = AcceptAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    internal long Received => Interlocked.Read(ref _received);

    internal async Task StopAsync()
    {
        await _end.CancelAsync();
        await _loop;
        _listener.Stop();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(EchoAsync(await _listener.AcceptSocketAsync(_end.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task EchoAsync(Socket socket)
    {
        using Socket owned = socket;
        socket.NoDelay = true;
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, SocketFlags.None, _end.Token) is > 0 and var read)
            {
                Interlocked.Add(ref _received, read);
                await socket.SendAsync(buffer.AsMemory(0, read), SocketFlags.None, _end.Token);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // The proxy under test breaks connections on purpose.
        }
    }
}
