namespace Earshot;

/// <summary>The states of a connection. The phase of a handshake is not a state; see <see cref="NatsConnectPhase"/>.</summary>
public enum NatsConnectionState : byte // every event that is kept holds two
{
    /// <summary>The connection has not connected yet, or is closed for good.</summary>
    Closed = 0,
    /// <summary>A session is open, and messages flow.</summary>
    Open = 1,
    /// <summary>The first session is being established.</summary>
    Connecting = 2,
    /// <summary>The session was lost, and the next one is being established.</summary>
    Reconnecting = 3,
    /// <summary>The connection is closed for good because of an error.</summary>
    Failed = 4,
    /// <summary>A drain waits for received messages to be processed.</summary>
    DrainingSubscriptions = 5,
    /// <summary>A drain waits for pending publishes to be flushed.</summary>
    DrainingPublishers = 6,
}
