using System.Net;
using System.Net.Sockets;
using Earshot.Server.Links;

namespace Earshot.Server.Listening;

/// <summary>
/// Accepts clients on one port of the loopback interface. Closing it leaves accepted clients alone; a listener on the same port
/// may follow.
/// </summary>
internal sealed class Listener : IAsyncDisposable
{
    private const int Backlog = 512;

    private readonly Socket _listening;
    private readonly ClientHandler _handler;
    private readonly Func<bool> _refuses;
    private readonly Task _accepting;

    /// <param name="port">0 for a free one.</param>
    /// <param name="handler">Serves one accepted connection.</param>
    /// <param name="refuses">Asked once per connection; a refused one is reset before it hears anything.</param>
    /// <exception cref="IOException">The port is in use.</exception>
    public Listener(int port, ClientHandler handler, Func<bool> refuses)
    {
        _handler = handler;
        _refuses = refuses;
        _listening = HeldPort.CreateBound(new IPEndPoint(IPAddress.Loopback, port));
        try
        {
            _listening.Listen(Backlog);
        }
        catch (SocketException exception)
        {
            _listening.Dispose();
            throw new IOException($"The server cannot listen on port {port}: {exception.Message}", exception);
        }

        Port = ((IPEndPoint)_listening.LocalEndPoint!).Port;
        _accepting = AcceptAllAsync();
    }

    public int Port { get; }

    public async ValueTask DisposeAsync()
    {
        _listening.Dispose();
        await _accepting.ConfigureAwait(false);
    }

    private async Task AcceptAllAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listening.AcceptAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return;
            }
            catch (SocketException)
            {
                // A client that was gone before it was accepted.
                continue;
            }

            _ = ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var link = new SocketLink(socket);
        if (_refuses())
        {
            link.Abort(reset: true);
            return;
        }

        await _handler.ServeAsync(link).ConfigureAwait(false);
    }
}
