namespace Earshot;

/// <summary>
/// What a server can report by -ERR. The texts differ between server versions, so decide by this code and show
/// <see cref="NatsServerError.Text"/>.
/// </summary>
public enum NatsServerErrorCode
{
    /// <summary>A text that is not in this list.</summary>
    Unknown = 0,

    /// <summary>A publish or subscription is not permitted. The connection stays.</summary>
    PermissionsViolation,

    /// <summary>The server rejected the credentials.</summary>
    AuthorizationViolation,

    /// <summary>The credentials of the user expired while connected.</summary>
    UserAuthenticationExpired,

    /// <summary>The user was revoked while connected.</summary>
    UserAuthenticationRevoked,

    /// <summary>The account expired or was deleted while connected.</summary>
    AccountAuthenticationExpired,

    /// <summary>The client did not authenticate in time.</summary>
    AuthenticationTimeout,

    /// <summary>The client did not answer the pings of the server.</summary>
    StaleConnection,

    /// <summary>The server has as many connections as it may have.</summary>
    MaximumConnectionsExceeded,

    /// <summary>The account has as many connections as it may have.</summary>
    MaximumAccountConnectionsExceeded,

    /// <summary>The connection or account has as many subscriptions as it may have.</summary>
    MaximumSubscriptionsExceeded,

    /// <summary>A message was larger than the server allows.</summary>
    MaximumPayloadViolation,

    /// <summary>A line, such as a CONNECT with a long JWT, was longer than the server allows.</summary>
    MaximumControlLineExceeded,

    /// <summary>The server could not read what the client sent.</summary>
    UnknownProtocolOperation,

    /// <summary>CONNECT requested a protocol version that the server does not support.</summary>
    InvalidClientProtocol,

    /// <summary>The subject of a subscription is malformed.</summary>
    InvalidSubject,

    /// <summary>The subject of a publish is malformed; only on pedantic connections.</summary>
    InvalidPublishSubject,

    /// <summary>CONNECT requested no-responders replies without headers.</summary>
    NoRespondersRequiresHeaders,

    /// <summary>The server requires a TLS connection.</summary>
    TlsRequired,

    /// <summary>The server limits the rate of new connections.</summary>
    ConnectionThrottled,

    /// <summary>The server could not register the connection with its account.</summary>
    FailedAccountRegistration,
}
