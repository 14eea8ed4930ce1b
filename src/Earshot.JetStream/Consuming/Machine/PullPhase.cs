namespace Earshot.JetStream.Consuming;

/// <summary>Where a running read of a consumer stands.</summary>
internal enum PullPhase
{
    NotStarted,

    /// <summary>A pull was sent, and nothing has come for it yet.</summary>
    Asking,

    /// <summary>Messages or heartbeats come.</summary>
    Flowing,

    /// <summary>Two heartbeat intervals passed without a sign; asked again, and nothing has come yet.</summary>
    Doubtful,

    /// <summary>The connection has no session.</summary>
    Suspended,

    /// <summary>No more is asked for; what was asked for still comes.</summary>
    Stopping,

    /// <summary>Stopped, complete, or over with the connection.</summary>
    Ended,

    /// <summary>The server's word ended it.</summary>
    Lost,
}
