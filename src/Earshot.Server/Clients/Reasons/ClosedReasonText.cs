namespace Earshot.Server.Clients;

/// <summary>The texts of <see cref="ClosedReason"/> in monitoring.</summary>
internal static class ClosedReasonText
{
    public static string Of(ClosedReason reason) => reason switch
    {
        ClosedReason.ClientClosed => "Client Closed",
        ClosedReason.AuthenticationTimeout => "Authentication Timeout",
        ClosedReason.AuthenticationViolation => "Authentication Failure",
        ClosedReason.TlsHandshakeError => "TLS Handshake Failure",
        ClosedReason.SlowConsumerPendingBytes => "Slow Consumer (Pending Bytes)",
        ClosedReason.SlowConsumerWriteDeadline => "Slow Consumer (Write Deadline)",
        ClosedReason.WriteError => "Write Error",
        ClosedReason.ReadError => "Read Error",
        ClosedReason.ParseError => "Parse Error",
        ClosedReason.StaleConnection => "Stale Connection",
        ClosedReason.ProtocolViolation => "Protocol Violation",
        ClosedReason.BadClientProtocolVersion => "Bad Client Protocol Version",
        ClosedReason.MaxConnectionsExceeded => "Maximum Connections Exceeded",
        ClosedReason.MaxAccountConnectionsExceeded => "Maximum Account Connections Exceeded",
        ClosedReason.MaxPayloadExceeded => "Maximum Message Payload Exceeded",
        ClosedReason.MaxControlLineExceeded => "Maximum Control Line Exceeded",
        ClosedReason.MaxSubscriptionsExceeded => "Maximum Subscriptions Exceeded",
        ClosedReason.ServerShutdown => "Server Shutdown",
        ClosedReason.AuthenticationExpired => "Authentication Expired",
        ClosedReason.CredentialsRevoked => "Credentials Revoked",
        ClosedReason.NoRespondersRequiresHeaders => "No Responders Requires Headers",
        ClosedReason.Kicked => "Kicked",
        _ => string.Empty,
    };
}
