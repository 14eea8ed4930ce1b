using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Earshot.Client.Tests.Sessions;
using Earshot.Transport;
using Xunit;

namespace Earshot.Client.Tests.Transport;

/// <summary>The progress of a TCP connection as reported by the operating system.</summary>
public sealed class TcpProgressTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_socket_whose_other_side_takes_bytes_has_them_acknowledged_and_none_outstanding()
    {
        (TcpTransport transport, Socket server) = await ConnectAsync();
        using (transport)
        using (server)
        {
            if (transport.Progress is not { } before)
            {
                return; // an operating system that reports no progress
            }

            await transport.SendAsync(new byte[1000]);
            await Conditions.UntilAsync(() => transport.Progress is { Outstanding: 0 } pulse && pulse.Acknowledged >= before.Acknowledged + 1000);
            Assert.Equal(0, transport.Progress!.Value.Unread);
        }
    }

    [Fact]
    public async Task Unread_bytes_are_counted()
    {
        (TcpTransport transport, Socket server) = await ConnectAsync();
        using (transport)
        using (server)
        {
            if (transport.Progress is null)
            {
                return;
            }

            await server.SendAsync(new byte[5], Cancellation);
            await Conditions.UntilAsync(() => transport.Progress is { Unread: 5 });
        }
    }

    [Fact]
    public async Task Bytes_behind_a_closed_window_are_outstanding_and_shrink_when_the_other_side_reads()
    {
        (TcpTransport transport, Socket server) = await ConnectAsync();
        using (transport)
        using (server)
        {
            if (transport.Progress is null)
            {
                return;
            }

            Task sending = transport.SendAsync(new byte[32 << 20]).AsTask();
            await Conditions.UntilAsync(() => transport.Progress is { Outstanding: > 0 });
            long acknowledged = transport.Progress!.Value.Acknowledged;
            byte[] buffer = new byte[1 << 20];
            for (int read = 0; read < 32 << 20;)
            {
                read += await server.ReceiveAsync(buffer, Cancellation);
            }

            await sending;
            await Conditions.UntilAsync(() => transport.Progress is { Outstanding: 0 } pulse && pulse.Acknowledged > acknowledged);
        }
    }

    [Fact]
    public async Task A_closed_socket_reports_no_progress()
    {
        (TcpTransport transport, Socket server) = await ConnectAsync();
        using (server)
        {
            transport.Abort();

            Assert.Null(transport.Progress);
        }
    }

    [Fact]
    public void Linux_counts_what_is_in_flight_and_what_was_not_sent()
    {
        byte[] info = new byte[232];
        BinaryPrimitives.WriteUInt32LittleEndian(info.AsSpan(24), 2);
        BinaryPrimitives.WriteUInt32LittleEndian(info.AsSpan(56), 1500);
        BinaryPrimitives.WriteInt64LittleEndian(info.AsSpan(120), 1000);
        BinaryPrimitives.WriteUInt32LittleEndian(info.AsSpan(144), 50);
        BinaryPrimitives.WriteInt64LittleEndian(info.AsSpan(200), 1400);
        BinaryPrimitives.WriteInt64LittleEndian(info.AsSpan(208), 100);
        Assert.Equal(new TransportProgress(1000, 350, 0) { SinceAcknowledged = TimeSpan.FromSeconds(1.5) }, TcpProgress.ParseLinux(info));
        BinaryPrimitives.WriteUInt32LittleEndian(info.AsSpan(24), 0);

        Assert.Equal(new TransportProgress(1000, 50, 0) { SinceAcknowledged = TimeSpan.FromSeconds(1.5) }, TcpProgress.ParseLinux(info));
        Assert.Null(TcpProgress.ParseLinux(info.AsSpan(0, 192))); // before 4.19
    }

    [Theory]
    [InlineData(3, 3, 2, 2.0)] // after 0.2, 0.6 and 1.4 s, of which the last was 0.6 s ago
    [InlineData(3, 3, 0, 0.05)] // nothing in flight
    [InlineData(0, 3, 2, 0.05)] // a window of zero is probed
    public void Linux_packets_that_repeat_an_old_acknowledgement_do_not_count_as_one(byte retransmits, byte backOff, uint inFlight, double seconds)
    {
        byte[] info = new byte[232];
        (info[2], info[4]) = (retransmits, backOff);
        BinaryPrimitives.WriteUInt32LittleEndian(info.AsSpan(8), 1_600_000);
        BinaryPrimitives.WriteUInt32LittleEndian(info.AsSpan(24), inFlight);
        BinaryPrimitives.WriteUInt32LittleEndian(info.AsSpan(44), 600);
        BinaryPrimitives.WriteUInt32LittleEndian(info.AsSpan(56), 50);

        Assert.Equal(TimeSpan.FromSeconds(seconds), TcpProgress.ParseLinux(info)!.Value.SinceAcknowledged);
    }

    [Fact]
    public void Windows_and_macOS_count_what_is_in_flight()
    {
        byte[] windows = new byte[88];
        BinaryPrimitives.WriteUInt32LittleEndian(windows.AsSpan(28), 300);
        BinaryPrimitives.WriteInt64LittleEndian(windows.AsSpan(48), 1000);
        Assert.Equal(new TransportProgress(700, 300, 0), TcpProgress.ParseWindows(windows));
        Assert.Null(TcpProgress.ParseWindows(windows.AsSpan(0, 40)));
        byte[] mac = new byte[112];
        BinaryPrimitives.WriteUInt32LittleEndian(mac.AsSpan(32), 200);

        Assert.Equal(new TransportProgress(800, 200, 0), TcpProgress.ParseMac(mac, written: 1000));
        Assert.Null(TcpProgress.ParseMac(mac.AsSpan(0, 40), written: 1000));
    }

    private static async Task<(TcpTransport Transport, Socket Server)> ConnectAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!, Cancellation);
        return (new TcpTransport(client), await listener.AcceptAsync(Cancellation));
    }
}
