namespace Earshot.JetStream.Consuming;

/// <summary>Specifies the phase of a read of a consumer.</summary>
internal enum PullPhase
{
    NotStarted,

    /// <summary>A pull request was sent, and nothing has been received for it yet.</summary>
    Asking,

    /// <summary>Messages or heartbeats are received.</summary>
    Flowing,

    /// <summary>Nothing was received for two heartbeat intervals; a new pull request was sent, and nothing has been received for it yet.</summary>
    Doubtful,

    /// <summary>The connection has no session.</summary>
    Suspended,

    /// <summary>No more messages are requested; those requested before can still be received.</summary>
    Stopping,

    /// <summary>The read was stopped, is complete, or ended with the connection.</summary>
    Ended,

    /// <summary>The server ended the read.</summary>
    Lost,
}
