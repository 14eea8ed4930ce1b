using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Earshot.Chaos.Faults;

/// <summary>A proxy as load balancers are: it closes connections on which nothing moved for a while, and can end TLS in front of a server that has none.</summary>
internal sealed class IdleProxy : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _end = new();
    private readonly int _server;
    private readonly TimeSpan _idle;
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;
    private int _cut;

    /// <param name="server">Port of the server.</param>
    /// <param name="idle">How long a connection may be idle.</param>
    /// <param name="certificate">The certificate to end TLS with; null: bytes are passed on as they are.</param>
    public IdleProxy(int server, TimeSpan idle, X509Certificate2? certificate = null)
    {
        (_server, _idle, _certificate) = (server, idle, certificate);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public string Address => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}";

    /// <summary>How many connections were closed because they were idle.</summary>
    public int Cut => Volatile.Read(ref _cut);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptAsync(_end.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(Socket accepted)
    {
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await using var plain = new NetworkStream(accepted, ownsSocket: true);
            await using Stream client = _certificate is null ? plain : new SslStream(plain);
            if (client is SslStream tls)
            {
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _end.Token);
            }

            await server.ConnectAsync(IPAddress.Loopback, _server, _end.Token);
            await using var back = new NetworkStream(server);
            idle.CancelAfter(_idle);
            await Task.WhenAny(PumpAsync(client, back, idle), PumpAsync(back, client, idle));
            if (idle.IsCancellationRequested && !_end.IsCancellationRequested)
            {
                Interlocked.Increment(ref _cut);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // One side has closed, or the proxy ends.
        }
    }

    private async Task PumpAsync(Stream from, Stream to, CancellationTokenSource idle)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, idle.Token) is var count and > 0)
            {
                idle.CancelAfter(_idle);
                await to.WriteAsync(buffer.AsMemory(0, count), idle.Token);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The same for both directions.
        }
    }
}
