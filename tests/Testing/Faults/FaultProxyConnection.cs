using System.Net.Sockets;

namespace Earshot.Testing;

/// <summary>One client's connection through a <see cref="FaultProxy"/>: two sockets and a pump for each direction.</summary>
internal sealed class FaultProxyConnection : IAsyncDisposable
{
    private readonly Socket _client;
    private readonly Socket? _server;
    private readonly CancellationTokenSource _end = new();
    private readonly FaultDirection _toServer;
    private readonly FaultDirection _toClient;
    private Task _pumps = Task.CompletedTask;

    /// <param name="client">The accepted socket; this object owns it from here on.</param>
    /// <param name="server">The socket to the server, owned as well; null for a connection that stays silent.</param>
    /// <param name="toServer">The rules for what the client sends.</param>
    /// <param name="toClient">The rules for what the server sends.</param>
    internal FaultProxyConnection(Socket client, Socket? server, FaultDirection toServer, FaultDirection toClient)
    {
        (_client, _server, _toServer, _toClient) = (client, server, toServer, toClient);
    }

    /// <summary>Begins to forward. The proxy knows this connection by then: what is cut next includes it.</summary>
    internal void Start()
    {
        if (_server is not null)
        {
            _pumps = Task.WhenAll(PumpAsync(_client, _server, _toServer), PumpAsync(_server, _client, _toClient));
        }
    }

    /// <summary>Resets both sockets: each side sees an error and not an end of the stream.</summary>
    internal void Reset()
    {
        foreach (Socket socket in Both())
        {
            try
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Closed already by the other pump.
            }

            socket.Close();
        }
    }

    /// <summary>Shuts down the stream towards the client; the client can continue to send.</summary>
    internal void EndTowardsClient() => EndTowards(_client);

    /// <summary>Shuts down the stream towards the server; the server can continue to send.</summary>
    internal void EndTowardsServer()
    {
        if (_server is not null)
        {
            EndTowards(_server);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        Reset();
        await _pumps;
        _end.Dispose();
    }

    private static void EndTowards(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // That side has already closed, as requested.
        }
    }

    private async Task PumpAsync(Socket from, Socket to, FaultDirection direction)
    {
        await Task.Yield();
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                await direction.WaitWhilePausedAsync(_end.Token);
                int read = await from.ReceiveAsync(buffer, SocketFlags.None, _end.Token);
                if (read == 0)
                {
                    EndTowards(to);
                    return;
                }

                // The pause may have begun while this read was in progress.
                await direction.WaitWhilePausedAsync(_end.Token);
                if (!direction.BlackHole && !await ForwardAsync(buffer.AsMemory(0, read), to, direction))
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Reset();
        }
    }

    private async Task<bool> ForwardAsync(ReadOnlyMemory<byte> bytes, Socket to, FaultDirection direction)
    {
        while (!bytes.IsEmpty)
        {
            (int length, bool cut) = direction.Admit(bytes.Length);
            if (direction.BeforeForward is { } wait)
            {
                await wait(bytes[..length], _end.Token);
            }

            for (int sent = 0; sent < length;)
            {
                sent += await to.SendAsync(bytes[sent..length], SocketFlags.None, _end.Token);
            }

            if (cut)
            {
                Reset();
                return false;
            }

            bytes = bytes[length..];
            await direction.WaitWhilePausedAsync(_end.Token);
        }

        return true;
    }

    private IEnumerable<Socket> Both() => _server is null ? [_client] : [_client, _server];
}
