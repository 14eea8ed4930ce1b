namespace Earshot;

/// <summary>The phases of a connect attempt, in order. A phase is not a connection state.</summary>
public enum NatsConnectPhase
{
    /// <summary>Resolution of the host name.</summary>
    Dns,
    /// <summary>Establishment of the TCP connection.</summary>
    Tcp,
    /// <summary>Upgrade from HTTP to a WebSocket.</summary>
    WebSocket,
    /// <summary>Handshake of the TLS connection.</summary>
    Tls,
    /// <summary>Wait for the first INFO of the server.</summary>
    Info,
    /// <summary>Retrieval of credentials and sending of CONNECT.</summary>
    Authentication,
    /// <summary>Sending of the subscriptions of the previous session.</summary>
    Resubscribe,
}
