namespace Earshot.JetStream.Consuming;

/// <summary>Specifies the phase of a read of a push consumer.</summary>
internal enum PushPhase
{
    NotStarted,

    /// <summary>The deliver subject is subscribed, and nothing has been received since.</summary>
    Waiting,

    /// <summary>Messages or heartbeats are received.</summary>
    Flowing,

    /// <summary>Nothing was received for two heartbeat intervals.</summary>
    Doubtful,

    /// <summary>The consumer is recreated.</summary>
    Recreating,

    /// <summary>The connection has no session.</summary>
    Suspended,

    /// <summary>The deliver subject is unsubscribed; messages in flight are still received.</summary>
    Stopping,

    /// <summary>The read was stopped, or ended with the connection.</summary>
    Ended,

    /// <summary>The read was ended because of the server.</summary>
    Lost,
}
