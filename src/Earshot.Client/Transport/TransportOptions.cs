namespace Earshot.Transport;

/// <summary>What can be set on a TCP connection. Timeouts of dialling and of the protocol are not here.</summary>
internal sealed record TransportOptions
{
    /// <summary>
    /// How long sent bytes may stay unacknowledged before the operating system closes the connection (TCP_USER_TIMEOUT, RFC 5482).
    /// Linux only, ignored elsewhere; zero leaves the system's own limit (about 15 minutes).
    /// </summary>
    public required TimeSpan TcpUserTimeout { get; init; }

    /// <summary>Size of the kernel's receive buffer in bytes; null leaves it to the system, which tunes it.</summary>
    public int? ReceiveBufferSize { get; init; }

    /// <summary>Size of the kernel's send buffer in bytes; null leaves it to the system, which tunes it.</summary>
    public int? SendBufferSize { get; init; }
}
