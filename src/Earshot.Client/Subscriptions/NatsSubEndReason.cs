namespace Earshot;

/// <summary>Why a subscription ended.</summary>
public enum NatsSubEndReason
{
    /// <summary>It has not ended.</summary>
    None = 0,

    /// <summary>The last message of its limit was delivered.</summary>
    MaxMsgs = 2,

    /// <summary>Its total time was over.</summary>
    Timeout = 4,

    /// <summary>No message came for the idle time.</summary>
    IdleTimeout = 5,

    /// <summary>An empty message ended it, as asked.</summary>
    EmptyMsg = 6,

    /// <summary>No first message came in time.</summary>
    StartUpTimeout = 8,

    /// <summary>Its cancellation token was cancelled.</summary>
    Cancelled = 9,

    /// <summary>It failed; the exception tells why.</summary>
    Exception = 10,

    /// <summary>The application unsubscribed or disposed it.</summary>
    Unsubscribed = 20,

    /// <summary>It was drained: the server sends no more, all that had arrived was read.</summary>
    Drained = 21,

    /// <summary>The server does not allow it.</summary>
    PermissionViolation = 22,

    /// <summary>The connection closed.</summary>
    ConnectionClosed = 23,
}
