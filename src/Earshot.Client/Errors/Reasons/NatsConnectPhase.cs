namespace Earshot;

/// <summary>The parts of a connect attempt, in their order; a phase is not a connection state.</summary>
public enum NatsConnectPhase
{
    /// <summary>The host name is resolved.</summary>
    Dns,
    /// <summary>The TCP connection is made.</summary>
    Tcp,
    /// <summary>The HTTP upgrade to a WebSocket.</summary>
    WebSocket,
    /// <summary>The TLS handshake.</summary>
    Tls,
    /// <summary>The first INFO of the server is awaited.</summary>
    Info,
    /// <summary>Credentials are obtained and CONNECT is sent.</summary>
    Authentication,
    /// <summary>The answer to the first PING, which shows that CONNECT was accepted.</summary>
    Pong,
    /// <summary>The subscriptions are sent again.</summary>
    Resubscribe,
}
