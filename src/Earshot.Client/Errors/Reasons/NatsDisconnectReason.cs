namespace Earshot;

/// <summary>Why a session ended; the first cause noticed wins and is kept. Owns the words only, never the decision what to do next.</summary>
public enum NatsDisconnectReason
{
    /// <summary>The cause could not be found.</summary>
    Unknown,
    /// <summary>The server closed the connection (end of stream) and gave no reason.</summary>
    ServerClosed,
    /// <summary>The transport failed with an error.</summary>
    SocketError,
    /// <summary>The TLS layer failed: bytes that cannot be decrypted, or an alert of the server.</summary>
    TlsError,
    /// <summary>Writing to the transport failed.</summary>
    WriteError,
    /// <summary>A write did not finish in time.</summary>
    WriteTimeout,
    /// <summary>Too many keep-alive pings stayed without an answer.</summary>
    MissedPongs,
    /// <summary>The server called this connection stale.</summary>
    ServerStale,
    /// <summary>Nothing was received for too long.</summary>
    ReadTimeout,
    /// <summary>The server sent an error after which it closes the connection; the event holds its code.</summary>
    ServerError,
    /// <summary>What was received is not the NATS protocol.</summary>
    ProtocolError,
    /// <summary>The client left a server that announced its shutdown.</summary>
    LameDuck,
    /// <summary>The application or a policy asked for another connection.</summary>
    ForceReconnect,
    /// <summary>The application closed the connection.</summary>
    UserClosed,
    /// <summary>The connection was drained.</summary>
    Drained,
    /// <summary>The connection was disposed.</summary>
    Disposed,
}
