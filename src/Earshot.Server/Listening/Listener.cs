using System.Net;
using System.Net.Sockets;
using Earshot.Server.Clients;
using Earshot.Server.Links;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Earshot.Server.Listening;

/// <summary>
/// Accepts clients on one port of the loopback interface, by Kestrel's socket transport. Closing it leaves accepted
/// clients alone; a listener on the same port may follow. The transport, whose memory the clients use, goes with the last.
/// </summary>
internal sealed class Listener : IAsyncDisposable
{
    private readonly IConnectionListener _listener;
    private readonly ConnectionHandler _handler;
    private readonly Func<bool> _refuses;
    private readonly Task _accepting;

    // The accept loop and each client that is served.
    private int _users = 1;

    private Listener(IConnectionListener listener, ConnectionHandler handler, Func<bool> refuses)
    {
        _listener = listener;
        _handler = handler;
        _refuses = refuses;
        _accepting = AcceptAllAsync();
    }

    public int Port => ((IPEndPoint)_listener.EndPoint).Port;

    /// <param name="port">0 for a free one.</param>
    /// <param name="handler">Serves one accepted connection.</param>
    /// <param name="refuses">Asked once per connection; a refused one is reset before it hears anything.</param>
    /// <param name="cancellationToken">Ends the wait for the port.</param>
    public static async Task<Listener> StartAsync(int port, ConnectionHandler handler, Func<bool> refuses, CancellationToken cancellationToken)
    {
        var factory = new SocketTransportFactory(Options.Create(new SocketTransportOptions { Backlog = 512, CreateBoundListenSocket = HeldPort.CreateBound }), NullLoggerFactory.Instance);
        var listener = await factory.BindAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken).ConfigureAwait(false);
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
            await _handler.OnConnectedAsync(connection).ConfigureAwait(false);
        }

        await LeaveAsync().ConfigureAwait(false);
    }

    private ValueTask LeaveAsync() => Interlocked.Decrement(ref _users) == 0 ? _listener.DisposeAsync() : default;

    internal static void Reset(ConnectionContext connection)
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
