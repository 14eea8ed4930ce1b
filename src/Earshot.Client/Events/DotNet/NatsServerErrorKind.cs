namespace Earshot;

/// <summary>The server errors with the numbers of the official client; <see cref="NatsServerErrorCode"/> has all of them.</summary>
public enum NatsServerErrorKind
{
    /// <summary>An error without a value in this enumeration.</summary>
    Unknown = 0,
    /// <summary>The server rejected the credentials.</summary>
    AuthorizationViolation = 1,
    /// <summary>The credentials of the user expired.</summary>
    AuthenticationExpired = 2,
    /// <summary>The credentials of the user were revoked.</summary>
    AuthenticationRevoked = 3,
    /// <summary>The account of the user expired.</summary>
    AccountAuthenticationExpired = 4,
    /// <summary>The server rejected a publish or a subscription.</summary>
    PermissionsViolation = 5,
    /// <summary>The client did not respond to the server's PINGs.</summary>
    StaleConnection = 6,
    /// <summary>The server has reached its maximum number of connections.</summary>
    MaximumConnectionsExceeded = 7,
    /// <summary>The account has reached its maximum number of connections.</summary>
    MaximumAccountConnectionsExceeded = 8,
    /// <summary>The connection has reached its maximum number of subscriptions.</summary>
    MaximumSubscriptionsExceeded = 9,
}
