namespace Earshot.Simulation.Faults;

/// <summary>What can happen to a link, a host, a server, the cluster or a client's process.</summary>
internal enum FaultKind
{
    /// <summary>A link is reset; what is in flight is lost.</summary>
    Reset,

    /// <summary>A server's side of a link closes in order.</summary>
    Close,

    /// <summary>A link holds bytes back for a time.</summary>
    Stall,

    /// <summary>A link loses all bytes in one direction or both.</summary>
    BlackHole,

    /// <summary>A link has a long latency for a time.</summary>
    Slow,

    /// <summary>A client cannot write any more, and receives nothing.</summary>
    FailWrites,

    /// <summary>A client receives bytes that its server never wrote.</summary>
    Inject,

    /// <summary>A host refuses, does not respond, or is not what it seems, for a time.</summary>
    Host,

    /// <summary>A server is stopped and started again.</summary>
    Restart,

    /// <summary>A server enters lame duck mode and is started again.</summary>
    LameDuck,

    /// <summary>A server drops, freezes or evicts its clients, or sends them an error.</summary>
    Server,

    /// <summary>The cluster is divided for a time.</summary>
    Partition,

    /// <summary>A client's process is paused.</summary>
    Pause,

    /// <summary>A client's wall clock is changed.</summary>
    ClockJump,
}
