namespace Earshot.JetStream;

/// <summary>Where a running read stands.</summary>
public enum NatsJSConsumeState
{
    /// <summary>It has asked, and nothing has come yet.</summary>
    Asking = 0,

    /// <summary>Messages or heartbeats come.</summary>
    Flowing,

    /// <summary>Nothing can arrive now, and it works on that: no answer, no leader, or heartbeats that do not come.</summary>
    Stalled,

    /// <summary>The connection has no session; it continues with the next one.</summary>
    Suspended,

    /// <summary>It asks for no more; what was asked for still comes.</summary>
    Stopping,

    /// <summary>It is over.</summary>
    Ended,

    /// <summary>The server's word ended it.</summary>
    Lost,
}
