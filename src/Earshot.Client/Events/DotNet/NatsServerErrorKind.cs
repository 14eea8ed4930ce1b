namespace Earshot;

/// <summary>The server errors .NET users know by these numbers; <see cref="NatsServerErrorCode"/> knows all of them.</summary>
public enum NatsServerErrorKind
{
    /// <summary>Another error.</summary>
    Unknown = 0,
    /// <summary>The credentials are not accepted.</summary>
    AuthorizationViolation = 1,
    /// <summary>The user's credentials expired.</summary>
    AuthenticationExpired = 2,
    /// <summary>The user's credentials were revoked.</summary>
    AuthenticationRevoked = 3,
    /// <summary>The account expired.</summary>
    AccountAuthenticationExpired = 4,
    /// <summary>A publish or a subscription was refused.</summary>
    PermissionsViolation = 5,
    /// <summary>The server received no answer to its pings.</summary>
    StaleConnection = 6,
    /// <summary>The server has too many connections.</summary>
    MaximumConnectionsExceeded = 7,
    /// <summary>The account has too many connections.</summary>
    MaximumAccountConnectionsExceeded = 8,
    /// <summary>The connection has too many subscriptions.</summary>
    MaximumSubscriptionsExceeded = 9,
}
