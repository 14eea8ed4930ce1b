namespace Earshot.Fleet;

/// <summary>Why a connection was lost or a client refused, as far as both halves show it.</summary>
public enum FleetVerdict
{
    /// <summary>The evidence does not show it, usually because one half is missing.</summary>
    Unknown,
    /// <summary>The server was in lame duck mode: a planned restart.</summary>
    PlannedRestart,
    /// <summary>The server was stopped without lame duck mode.</summary>
    Stopped,
    /// <summary>The server ended without a notice, and another one has its name now.</summary>
    Died,
    /// <summary>The server was replaced by another one of its name; whether it was stopped or died is not known without its events.</summary>
    Replaced,
    /// <summary>The server does not answer.</summary>
    Silent,
    /// <summary>The server did not run for a while and continued.</summary>
    Frozen,
    /// <summary>The client read too slowly.</summary>
    SlowReader,
    /// <summary>The process of the client was paused.</summary>
    ProcessPaused,
    /// <summary>The process of the client ended without closing its connection.</summary>
    ProcessDied,
    /// <summary>The client did not answer the server's PINGs.</summary>
    ClientSilent,
    /// <summary>The client received nothing from the server, or could not write, and ended the connection.</summary>
    ServerUnreachable,
    /// <summary>The connection between both was interrupted.</summary>
    NetworkFailure,
    /// <summary>The server or a proxy closed the connection of a client that runs and did not ask for it: its user was removed, or a proxy ended it.</summary>
    UserRemovedOrProxy,
    /// <summary>The credentials were refused, or were changed while the client was connected.</summary>
    WrongCredentials,
    /// <summary>The client sent no credentials in time.</summary>
    AuthenticationTimeout,
    /// <summary>The JWT of the user or of the account expired.</summary>
    CredentialsExpired,
    /// <summary>The credentials were revoked.</summary>
    CredentialsRevoked,
    /// <summary>The TLS handshake failed, as both sides report: usually a certificate.</summary>
    Certificate,
    /// <summary>The TLS handshake failed, as one side reports.</summary>
    TlsFailed,
    /// <summary>The server has its maximum number of connections.</summary>
    ServerFull,
    /// <summary>The account has its maximum number of connections.</summary>
    AccountFull,
    /// <summary>The client sent what the protocol does not allow.</summary>
    ProtocolViolation,
    /// <summary>The client sent a larger message or line than the server accepts.</summary>
    TooLarge,
    /// <summary>An operator closed the connection.</summary>
    Kicked,
}
