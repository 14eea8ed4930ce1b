namespace Earshot;

/// <summary>Why a subscription ended.</summary>
public enum NatsSubEndReason
{
    /// <summary>It did not end, or for no known reason.</summary>
    None = 0,
    /// <summary>There were no messages.</summary>
    NoMsgs = 1,
    /// <summary>The maximum number of messages was reached.</summary>
    MaxMsgs = 2,
    /// <summary>The maximum number of bytes was reached.</summary>
    MaxBytes = 3,
    /// <summary>Its time was over.</summary>
    Timeout = 4,
    /// <summary>No message came for too long.</summary>
    IdleTimeout = 5,
    /// <summary>An empty message marked the end.</summary>
    EmptyMsg = 6,
    /// <summary>Heartbeats stayed away.</summary>
    IdleHeartbeatTimeout = 7,
    /// <summary>The first message came too late.</summary>
    StartUpTimeout = 8,
    /// <summary>The application cancelled it.</summary>
    Cancelled = 9,
    /// <summary>An exception ended it.</summary>
    Exception = 10,
    /// <summary>JetStream reported an error.</summary>
    JetStreamError = 11,
    /// <summary>Pull requests were still pending.</summary>
    RequestsPending = 12,
    /// <summary>The application unsubscribed.</summary>
    Unsubscribed = 13,
    /// <summary>It was drained.</summary>
    Drained = 14,
    /// <summary>The connection was closed.</summary>
    ConnectionClosed = 15,
}
