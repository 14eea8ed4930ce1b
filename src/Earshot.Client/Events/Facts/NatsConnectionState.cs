namespace Earshot;

/// <summary>Where a connection is in its life. A handshake phase is not a state; see <see cref="NatsConnectPhase"/>.</summary>
public enum NatsConnectionState : byte // every event that is kept holds two
{
    /// <summary>Not connected yet, or closed for good.</summary>
    Closed = 0,
    /// <summary>A session lives; messages flow.</summary>
    Open = 1,
    /// <summary>The first session is being made.</summary>
    Connecting = 2,
    /// <summary>The session was lost and the next one is being made.</summary>
    Reconnecting = 3,
    /// <summary>Closed for good because of an error.</summary>
    Failed = 4,
    /// <summary>A drain waits for the messages still to be delivered.</summary>
    DrainingSubscriptions = 5,
    /// <summary>A drain waits for the bytes still to be written.</summary>
    DrainingPublishers = 6,
}
