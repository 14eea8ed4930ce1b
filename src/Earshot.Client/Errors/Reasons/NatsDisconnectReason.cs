namespace Earshot;

/// <summary>The reason why a session ended: the first cause that was detected.</summary>
public enum NatsDisconnectReason
{
    /// <summary>The cause could not be determined.</summary>
    Unknown,
    /// <summary>The server closed the connection (end of stream) without a reason.</summary>
    ServerClosed,
    /// <summary>The transport failed with an error.</summary>
    SocketError,
    /// <summary>The TLS layer failed: bytes that cannot be decrypted, or an alert of the server.</summary>
    TlsError,
    /// <summary>A write to the transport failed.</summary>
    WriteError,
    /// <summary>A write did not complete within its timeout.</summary>
    WriteTimeout,
    /// <summary>Too many keep-alive PINGs are unanswered.</summary>
    MissedPongs,
    /// <summary>The server called the connection stale.</summary>
    ServerStale,
    /// <summary>No data was received for too long while a response was outstanding.</summary>
    ReadTimeout,
    /// <summary>The server sent an error after which it closes the connection; the event has its code.</summary>
    ServerError,
    /// <summary>The received bytes are not valid in the NATS protocol.</summary>
    ProtocolError,
    /// <summary>The client left a server in lame duck mode.</summary>
    LameDuck,
    /// <summary>The application or a policy requested another session.</summary>
    ForceReconnect,
    /// <summary>The application closed the connection.</summary>
    UserClosed,
    /// <summary>The connection was drained.</summary>
    Drained,
    /// <summary>The application disposed the connection.</summary>
    Disposed,
}
