namespace Earshot.JetStream;

/// <summary>Specifies the state of a running read.</summary>
public enum NatsJSConsumeState
{
    /// <summary>Messages are requested, and nothing has been received yet.</summary>
    Asking = 0,

    /// <summary>Messages or heartbeats are received.</summary>
    Flowing,

    /// <summary>No messages can be received, and the read tries to recover: no responders, no leader, or missed heartbeats.</summary>
    Stalled,

    /// <summary>The connection has no session; the read continues with the next one.</summary>
    Suspended,

    /// <summary>No more messages are requested; those requested before can still be received.</summary>
    Stopping,

    /// <summary>The read has ended.</summary>
    Ended,

    /// <summary>The server ended the read.</summary>
    Lost,
}
