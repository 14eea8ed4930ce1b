using System.Net;
using System.Net.Sockets;
using Earshot.Server.Links;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Earshot.Server.Listening;

/// <summary>
/// Accepts clients on one port of the loopback interface, by Kestrel's socket transport. Closing it leaves accepted
/// clients alone; a listener on the same port may follow. The transport, whose memory the clients use, goes with the last.
/// </summary>
internal sealed class Listener : IAsyncDisposable
{
    private readonly IConnectionListener _listener;
    private readonly ClientHandler _handler;
    private readonly Func<bool> _refuses;
    private readonly Task _accepting;

    // The accept loop and each client that is served.
    private int _users = 1;

    private Listener(IConnectionListener listener, ClientHandler handler, Func<bool> refuses)
    {
        _listener = listener;
        _handler = handler;
        _refuses = refuses;
        _accepting = AcceptAllAsync();
    }

    public int Port => ((IPEndPoint)_listener.EndPoint).Port;

    /// <param name="port">0 for a free one.</param>
    /// <param name="handler">Serves one accepted connection.</param>
    /// <param name="refuses">Called once per connection; a refused one is reset before anything is sent.</param>
    /// <param name="cancellationToken">Ends the wait for the port.</param>
    public static async Task<Listener> StartAsync(int port, ClientHandler handler, Func<bool> refuses, CancellationToken cancellationToken)
    {
        IConnectionListener listener = await SocketTransport.Factory.BindAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken).ConfigureAwait(false);
        return new Listener(listener, handler, refuses);
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.UnbindAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        await LeaveAsync().ConfigureAwait(false);
    }

    private async Task AcceptAllAsync()
    {
        while (await _listener.AcceptAsync().ConfigureAwait(false) is { } connection)
        {
            if (_refuses())
            {
                Reset(connection);
                await connection.DisposeAsync().ConfigureAwait(false);
                continue;
            }

            Interlocked.Increment(ref _users);
            _ = ServeAsync(connection);
        }
    }

    private async Task ServeAsync(ConnectionContext connection)
    {
        await using (connection.ConfigureAwait(false))
        {
            var link = new PipeLink(connection.Transport, connection.RemoteEndPoint as IPEndPoint, reset => Abort(connection, reset));
            await using (link.ConfigureAwait(false))
            {
                await _handler.ServeAsync(link).ConfigureAwait(false);
            }
        }

        await LeaveAsync().ConfigureAwait(false);
    }

    private ValueTask LeaveAsync() => Interlocked.Decrement(ref _users) == 0 ? _listener.DisposeAsync() : default;

    private static void Abort(ConnectionContext connection, bool reset)
    {
        if (reset)
        {
            Reset(connection);
            return;
        }

        try
        {
            connection.Features.Get<IConnectionSocketFeature>()?.Socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The client or the transport was faster.
        }
    }

    private static void Reset(ConnectionContext connection)
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
        {
            try
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
                socket.Close();
            }
            catch (ObjectDisposedException)
            {
                // It is closed already, which cannot be taken back.
            }
        }
    }
}
