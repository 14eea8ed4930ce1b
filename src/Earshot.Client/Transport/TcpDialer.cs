using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Earshot.Transport;

/// <summary>Resolves names and connects TCP sockets. Keeps no cache.</summary>
internal sealed class TcpDialer : ITransportDialer
{
    // Linux, netinet/tcp.h; the runtime has no name for the option.
    private const int LinuxTcpLevel = 6;
    private const int LinuxTcpUserTimeout = 18;

    private readonly TransportOptions _options;
    private readonly NameResolver _names;
    private readonly TimeProvider _time;

    public TcpDialer(TransportOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _names = new NameResolver(time);
        _time = time;
    }

    public async ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out IPAddress? literal))
        {
            return [literal];
        }

        cancellationToken.ThrowIfCancellationRequested(); // a query that another attempt has started may be answered already
        IPAddress[] addresses = await _names.ResolveAsync(host).WaitAsync(cancellationToken).ConfigureAwait(false);
        return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.HostNotFound);
    }

    public async ValueTask<ITransport> DialAsync(TransportTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        IPAddress[] addresses = target.Address is { } address
            ? [address]
            : await ResolveAsync(target.Host, cancellationToken).ConfigureAwait(false);

        return await AddressTrials.ConnectAsync(addresses, (found, stop) => ConnectAsync(new IPEndPoint(found, target.Port), stop), _time, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<ITransport> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            Configure(socket, _options);
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            return new TcpTransport(socket, endPoint);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Before connecting: the size of the receive buffer decides the window scale that the handshake announces.
    /// </summary>
    internal static void Configure(Socket socket, TransportOptions options)
    {
        if (options.ReceiveBufferSize is { } receiveSize)
        {
            socket.ReceiveBufferSize = receiveSize;
        }

        if (options.SendBufferSize is { } sendSize)
        {
            socket.SendBufferSize = sendSize;
        }

        try
        {
            socket.NoDelay = true;
        }
        catch (SocketException)
        {
            // Slower but sound: Nagle's algorithm costs latency, never data.
        }

        SetUserTimeout(socket, options.TcpUserTimeout);
    }

    private static void SetUserTimeout(Socket socket, TimeSpan timeout)
    {
        if (!OperatingSystem.IsLinux() || timeout <= TimeSpan.Zero)
        {
            return;
        }

        Span<byte> milliseconds = stackalloc byte[sizeof(int)];
        int value = (int)Math.Min(int.MaxValue, timeout.TotalMilliseconds);
        if (BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.WriteInt32LittleEndian(milliseconds, value);
        }
        else
        {
            BinaryPrimitives.WriteInt32BigEndian(milliseconds, value);
        }

        try
        {
            socket.SetRawSocketOption(LinuxTcpLevel, LinuxTcpUserTimeout, milliseconds);
        }
        catch (SocketException)
        {
            // Sandboxed kernels refuse it; keep-alive of the protocol still detects an unreachable peer, only later.
        }
    }
}
