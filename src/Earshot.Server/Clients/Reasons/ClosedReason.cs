namespace Earshot.Server.Clients;

/// <summary>Why a connection ended, as monitoring names it. The first reason is kept.</summary>
internal enum ClosedReason
{
    None,
    ClientClosed,
    AuthenticationTimeout,
    AuthenticationViolation,
    TlsHandshakeError,
    SlowConsumerPendingBytes,
    SlowConsumerWriteDeadline,
    WriteError,
    ReadError,
    ParseError,
    StaleConnection,
    ProtocolViolation,
    BadClientProtocolVersion,
    MaxConnectionsExceeded,
    MaxAccountConnectionsExceeded,
    MaxPayloadExceeded,
    MaxControlLineExceeded,
    MaxSubscriptionsExceeded,
    ServerShutdown,
    AuthenticationExpired,
    CredentialsRevoked,
    NoRespondersRequiresHeaders,
    Kicked,
}
