// Words used by the events of errors and limits. Owns the words only.
namespace Earshot;

/// <summary>Which authentication error the server reported.</summary>
public enum AuthErrorKind
{
    /// <summary>The credentials are not accepted.</summary>
    Violation,
    /// <summary>The user's credentials expired.</summary>
    Expired,
    /// <summary>The user's credentials were revoked.</summary>
    Revoked,
    /// <summary>The account expired.</summary>
    AccountExpired,
    /// <summary>The client did not authenticate in time.</summary>
    Timeout,
}

/// <summary>Which limit was exceeded.</summary>
public enum NatsLimit
{
    /// <summary>The size of a message.</summary>
    MaxPayload,
    /// <summary>The connections of the server.</summary>
    MaxConnections,
    /// <summary>The connections of the account.</summary>
    MaxAccountConnections,
    /// <summary>The subscriptions of the connection.</summary>
    MaxSubscriptions,
    /// <summary>The length of a control line.</summary>
    MaxControlLine,
    /// <summary>The rate of new connections.</summary>
    Throttled,
}

/// <summary>Where user code or the client threw.</summary>
public enum ExceptionOrigin
{
    /// <summary>A handler of messages.</summary>
    MessageHandler,
    /// <summary>A connection hook.</summary>
    Hook,
    /// <summary>A callback of the options.</summary>
    Callback,
    /// <summary>The client itself.</summary>
    Internal,
}
