using System.Buffers.Binary;
using System.Net.Sockets;

namespace Earshot.Transport;

/// <summary>
/// Asks the system how far a TCP connection has come: TCP_INFO on Linux (4.19 and later), SIO_TCP_INFO on Windows (10 1703 and later),
/// TCP_CONNECTION_INFO on macOS. The layouts are those of linux/tcp.h, mstcpip.h and netinet/tcp.h. It keeps nothing.
/// </summary>
internal static class TcpProgress
{
    private const int IpProtocolTcp = 6;

    private const int LinuxTcpInfo = 11;
    private const int LinuxRetransmits = 2; // timeouts since the last acknowledgement of new bytes
    private const int LinuxBackOff = 4; // how often the timeout was doubled
    private const int LinuxTimeout = 8; // microseconds
    private const int LinuxUnackedSegments = 24;
    private const int LinuxLastDataSent = 44; // milliseconds ago
    private const int LinuxLastAckReceived = 56; // milliseconds ago
    private const int LinuxBytesAcked = 120;
    private const int LinuxNotSentBytes = 144;
    private const int LinuxBytesSent = 200;
    private const int LinuxBytesRetransmitted = 208;
    private const int LinuxLength = 216;

    private const int WindowsTcpInfo = unchecked((int)0xD8000027);
    private const int WindowsBytesInFlight = 28;
    private const int WindowsBytesOut = 48;
    private const int WindowsLength = 88; // TCP_INFO_v0

    private const int MacTcpConnectionInfo = 0x106;
    private const int MacSendBufferBytes = 32;
    private const int MacLength = 56; // the part that is read

    /// <summary>Null where the operating system does not report it.</summary>
    /// <param name="socket">A connected TCP socket.</param>
    /// <param name="written">Bytes that were handed to it.</param>
    public static TransportProgress? Read(Socket socket, long written)
    {
        try
        {
            return (OperatingSystem.IsLinux() ? ReadLinux(socket)
                : OperatingSystem.IsWindows() ? ReadWindows(socket)
                : OperatingSystem.IsMacOS() ? ReadMac(socket, written)
                : null) is { } pulse ? pulse with { Unread = socket.Available } : null;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or PlatformNotSupportedException)
        {
            return null; // closed meanwhile, or no TCP
        }
    }

    /// <summary>Reads a struct tcp_info; the count of unread bytes is not in it.</summary>
    public static TransportProgress? ParseLinux(ReadOnlySpan<byte> info)
    {
        if (info.Length < LinuxLength)
        {
            return null;
        }

        long acknowledged = BinaryPrimitives.ReadInt64LittleEndian(info[LinuxBytesAcked..]);
        long sent = BinaryPrimitives.ReadInt64LittleEndian(info[LinuxBytesSent..]) - BinaryPrimitives.ReadInt64LittleEndian(info[LinuxBytesRetransmitted..]);
        long notSent = BinaryPrimitives.ReadUInt32LittleEndian(info[LinuxNotSentBytes..]);
        // The count of confirmed bytes has the SYN in it, which the other one has not: segments in flight hold one byte at least.
        bool isInFlight = BinaryPrimitives.ReadUInt32LittleEndian(info[LinuxUnackedSegments..]) > 0;
        var packet = TimeSpan.FromMilliseconds(BinaryPrimitives.ReadUInt32LittleEndian(info[LinuxLastAckReceived..]));
        TimeSpan retransmitting = isInFlight ? Retransmitting(info) : TimeSpan.Zero;
        return new TransportProgress(acknowledged, notSent + (isInFlight ? Math.Max(1, sent - acknowledged) : 0), 0)
        {
            SinceAcknowledged = packet > retransmitting ? packet : retransmitting,
        };
    }

    // How long nothing new was acknowledged, at least. The time of the last packet is not enough: a side that is not reached retransmits too, and
    // each of its packets repeats the old acknowledgement. The n-th timeout is twice the one before, so that what elapsed until it is the next
    // one without the first; its bytes were the last that were sent.
    private static TimeSpan Retransmitting(ReadOnlySpan<byte> info)
    {
        if (info[LinuxRetransmits] == 0 || info[LinuxRetransmits] != info[LinuxBackOff])
        {
            return TimeSpan.Zero; // none, or a window of zero is probed
        }

        uint next = BinaryPrimitives.ReadUInt32LittleEndian(info[LinuxTimeout..]);
        return TimeSpan.FromMicroseconds(next - (next >> info[LinuxBackOff]))
            + TimeSpan.FromMilliseconds(BinaryPrimitives.ReadUInt32LittleEndian(info[LinuxLastDataSent..]));
    }

    /// <summary>Reads a TCP_INFO_v0; the count of unread bytes is not in it.</summary>
    public static TransportProgress? ParseWindows(ReadOnlySpan<byte> info)
    {
        if (info.Length < WindowsLength)
        {
            return null;
        }

        long inFlight = BinaryPrimitives.ReadUInt32LittleEndian(info[WindowsBytesInFlight..]);
        return new TransportProgress(BinaryPrimitives.ReadInt64LittleEndian(info[WindowsBytesOut..]) - inFlight, inFlight, 0);
    }

    /// <summary>Reads the first part of a struct tcp_connection_info; the count of unread bytes is not in it.</summary>
    public static TransportProgress? ParseMac(ReadOnlySpan<byte> info, long written)
    {
        if (info.Length < MacLength)
        {
            return null;
        }

        long buffered = BinaryPrimitives.ReadUInt32LittleEndian(info[MacSendBufferBytes..]);
        return new TransportProgress(written - buffered, buffered, 0);
    }

    private static TransportProgress? ReadLinux(Socket socket)
    {
        Span<byte> info = stackalloc byte[256];
        return ParseLinux(info[..socket.GetRawSocketOption(IpProtocolTcp, LinuxTcpInfo, info)]);
    }

    private static TransportProgress? ReadWindows(Socket socket)
    {
        byte[] info = new byte[WindowsLength];
        int length = socket.IOControl(WindowsTcpInfo, new byte[sizeof(int)], info);
        return ParseWindows(info.AsSpan(0, length));
    }

    private static TransportProgress? ReadMac(Socket socket, long written)
    {
        Span<byte> info = stackalloc byte[256];
        return ParseMac(info[..socket.GetRawSocketOption(IpProtocolTcp, MacTcpConnectionInfo, info)], written);
    }
}
