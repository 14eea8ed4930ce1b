using System.Net;
using System.Net.Sockets;
using System.Text;
using Earshot.Client.Tests.Allocations;
using Earshot.Transport;
using Xunit;

namespace Earshot.Client.Tests.Transport;

public sealed class TcpTransportTests : IDisposable
{
    private static readonly TransportOptions s_defaults = new() { TcpUserTimeout = NatsOpts.Default.TcpUserTimeout };

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public TcpTransportTests()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(8);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Bytes_go_both_ways()
    {
        (ITransport transport, Socket server) = await ConnectAsync();
        using (transport)
        using (server)
        {
            Assert.Equal(Port, ((IPEndPoint)transport.RemoteEndPoint!).Port);
            await server.SendAsync("INFO {}\r\n"u8.ToArray(), Cancellation);
            byte[] buffer = new byte[64];
            int read = await transport.ReceiveAsync(buffer);
            Assert.Equal("INFO {}\r\n", Encoding.ASCII.GetString(buffer, 0, read));

            ValueTask sending = transport.SendAsync("PING\r\n"u8.ToArray());
            Assert.True(sending.IsCompletedSuccessfully);
            await sending;
            await transport.SendAsync(ReadOnlyMemory<byte>.Empty);
            read = await server.ReceiveAsync(buffer, Cancellation);
            Assert.Equal("PING\r\n", Encoding.ASCII.GetString(buffer, 0, read));
        }
    }

    [Fact]
    public async Task Receive_with_an_empty_buffer_waits_for_bytes_and_takes_none()
    {
        (ITransport transport, Socket server) = await ConnectAsync();
        using (transport)
        using (server)
        {
            ValueTask<int> waiting = transport.ReceiveAsync(Memory<byte>.Empty);
            Assert.False(waiting.IsCompleted);
            await server.SendAsync("x"u8.ToArray(), Cancellation);
            Assert.Equal(0, await waiting);
            Assert.Equal(1, await transport.ReceiveAsync(new byte[8]));
        }
    }

    [Fact]
    public async Task Orderly_end_is_zero_and_wakes_a_receive_with_an_empty_buffer()
    {
        (ITransport transport, Socket server) = await ConnectAsync();
        using (transport)
        using (server)
        {
            ValueTask<int> waiting = transport.ReceiveAsync(Memory<byte>.Empty);
            server.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, await waiting);
            Assert.Equal(0, await transport.ReceiveAsync(new byte[8]));

            await transport.SendAsync("still open"u8.ToArray());
            Assert.Equal(10, await server.ReceiveAsync(new byte[64], Cancellation));
        }
    }

    [Fact]
    public async Task Large_send_completes_when_the_other_side_has_read_enough()
    {
        (ITransport transport, Socket server) = await ConnectAsync();
        using (transport)
        using (server)
        {
            byte[] sent = new byte[16 * 1024 * 1024];
            new Random(1).NextBytes(sent);
            Task sending = transport.SendAsync(sent).AsTask();
            Assert.False(sending.IsCompleted);

            byte[] received = new byte[sent.Length];
            int total = 0;
            while (total < received.Length)
            {
                total += await server.ReceiveAsync(received.AsMemory(total), Cancellation);
            }

            await sending;
            Assert.True(sent.AsSpan().SequenceEqual(received));
        }
    }

    [Fact]
    public async Task Reset_by_the_other_side_fails_the_receive()
    {
        (ITransport transport, Socket server) = await ConnectAsync();
        using (transport)
        {
            Task<int> receiving = transport.ReceiveAsync(new byte[8]).AsTask();
            server.Close(0);
            SocketException exception = await Assert.ThrowsAsync<SocketException>(() => receiving);
            Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public async Task Abort_unblocks_receive_and_send_and_resets_the_other_side(int bufferSize)
    {
        (ITransport transport, Socket server) = await ConnectAsync();
        using (server)
        {
            Task<int> receiving = transport.ReceiveAsync(new byte[bufferSize]).AsTask();
            Task sending = transport.SendAsync(new byte[64 * 1024 * 1024]).AsTask();

            transport.Abort();
            transport.Abort();
            transport.Dispose();

            await AssertBrokenAsync(receiving);
            await AssertBrokenAsync(sending);
            await AssertBrokenAsync(() => transport.SendAsync(new byte[1]).AsTask());
            await AssertBrokenAsync(() => transport.ReceiveAsync(new byte[1]).AsTask());
            await Assert.ThrowsAsync<SocketException>(async () =>
            {
                while (await server.ReceiveAsync(new byte[65536], Cancellation) > 0)
                {
                }
            });
        }
    }

    [Fact]
    public async Task Abort_of_an_idle_connection_is_a_reset_and_not_an_orderly_end()
    {
        (ITransport transport, Socket server) = await ConnectAsync();
        using (server)
        {
            transport.Abort();
            SocketException exception = await Assert.ThrowsAsync<SocketException>(
                async () => await server.ReceiveAsync(new byte[8], Cancellation));
            Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Dispose_delivers_what_was_sent_and_then_the_end(bool whileReceiving)
    {
        (ITransport transport, Socket server) = await ConnectAsync();
        using (server)
        {
            Task<int>? receiving = whileReceiving ? transport.ReceiveAsync(new byte[8]).AsTask() : null;
            await transport.SendAsync("last words"u8.ToArray());
            transport.Dispose();
            transport.Dispose();
            transport.Abort();

            Assert.Equal(10, await server.ReceiveAsync(new byte[64], Cancellation));
            Assert.Equal(0, await server.ReceiveAsync(new byte[64], Cancellation));
            if (receiving is not null)
            {
                await AssertBrokenAsync(receiving);
            }
        }
    }

    [Fact]
    public async Task Receive_of_bytes_that_are_there_and_a_send_that_fits_allocate_nothing()
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(_listener.LocalEndPoint!, Cancellation);
        using Socket server = await _listener.AcceptAsync(Cancellation);
        using var transport = new TcpTransport(client);

        byte[] ping = "PING\r\n"u8.ToArray();
        Assert.Equal(0, IdleConnection.Allocated(100, () => Exchange(transport, client, server, ping)));
    }

    [Theory]
    [InlineData(20_000, 20_000)]
    [InlineData(1_500, 1_500)]
    [InlineData(0, 0)]
    [InlineData(long.MaxValue / 10_000, int.MaxValue)]
    public void Socket_is_configured_before_it_is_dialled(long timeoutMilliseconds, int expectedMilliseconds)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        TcpDialer.Configure(socket, new TransportOptions { TcpUserTimeout = TimeSpan.FromMilliseconds(timeoutMilliseconds) });
        Assert.True(socket.NoDelay);
        if (OperatingSystem.IsLinux())
        {
            byte[] value = new byte[4];
            Assert.Equal(4, socket.GetRawSocketOption(6, 18, value));
            Assert.Equal(expectedMilliseconds, BitConverter.ToInt32(value));
        }
    }

    [Fact]
    public void Buffers_are_the_system_s_unless_set()
    {
        using var untouched = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var defaults = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var small = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        TcpDialer.Configure(defaults, s_defaults);
        TcpDialer.Configure(small, new TransportOptions { TcpUserTimeout = TimeSpan.Zero, ReceiveBufferSize = 49_152, SendBufferSize = 49_152 });
        Assert.Equal((untouched.ReceiveBufferSize, untouched.SendBufferSize), (defaults.ReceiveBufferSize, defaults.SendBufferSize));
        Assert.NotEqual(untouched.ReceiveBufferSize, small.ReceiveBufferSize);
        Assert.NotEqual(untouched.SendBufferSize, small.SendBufferSize);
    }

    [Fact]
    public void Default_user_timeout_is_twenty_seconds() =>
        Assert.Equal(TimeSpan.FromSeconds(20), NatsOpts.Default.TcpUserTimeout);

    [Fact]
    public async Task Dial_tries_the_next_address_of_a_name()
    {
        // localhost may resolve to ::1 first, where there is no listener.
        var dialer = new TcpDialer(s_defaults, TimeProvider.System);
        using ITransport transport = await dialer.DialAsync(new TransportTarget("nats", "localhost", Port), Cancellation);
        Assert.NotNull(transport.RemoteEndPoint);
    }

    [Fact]
    public async Task Dial_of_a_port_without_a_listener_is_refused()
    {
        int port = Port;
        _listener.Dispose();
        SocketException exception = await Assert.ThrowsAsync<SocketException>(async () => await new TcpDialer(s_defaults, TimeProvider.System)
            .DialAsync(new TransportTarget("nats", "ignored.invalid", port, IPAddress.Loopback), Cancellation));
        Assert.Equal(SocketError.ConnectionRefused, exception.SocketErrorCode);
    }

    [Fact]
    public async Task Cancelled_dial_and_resolution_stop()
    {
        var dialer = new TcpDialer(s_defaults, TimeProvider.System);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await dialer.DialAsync(new TransportTarget("nats", "127.0.0.1", Port), cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await dialer.ResolveAsync("localhost", cancelled.Token));
    }

    [Fact]
    public async Task Literal_addresses_resolve_to_themselves()
    {
        var dialer = new TcpDialer(s_defaults, TimeProvider.System);
        Assert.Equal([IPAddress.IPv6Loopback], await dialer.ResolveAsync("::1", Cancellation));
        Assert.Equal([IPAddress.Loopback], await dialer.ResolveAsync("127.0.0.1", Cancellation));
    }

    private static void Exchange(TcpTransport transport, Socket client, Socket server, byte[] ping)
    {
        server.Send(ping);
        Assert.True(client.Poll(TimeSpan.FromSeconds(30), SelectMode.SelectRead));
        ValueTask<int> receiving = transport.ReceiveAsync(ping);
        Assert.True(receiving.IsCompletedSuccessfully);
        ValueTask sending = transport.SendAsync(ping);
        Assert.True(sending.IsCompletedSuccessfully);
        server.Receive(ping);
    }

    private static Task AssertBrokenAsync(Task task) => AssertBrokenAsync(() => task);

    private static async Task AssertBrokenAsync(Func<Task> action)
    {
        Exception? exception = await Record.ExceptionAsync(action);
        Assert.True(exception is SocketException or ObjectDisposedException, exception?.ToString() ?? "nothing was thrown");
    }

    private async Task<(ITransport Transport, Socket Server)> ConnectAsync()
    {
        ITransport transport = await new TcpDialer(s_defaults, TimeProvider.System)
            .DialAsync(new TransportTarget("nats", "127.0.0.1", Port, IPAddress.Loopback), Cancellation);
        return (transport, await _listener.AcceptAsync(Cancellation));
    }
}
