namespace Earshot.Simulation.Network;

/// <summary>What a host does with a client that dials it.</summary>
internal enum HostMode
{
    /// <summary>Its server serves the client.</summary>
    Healthy,

    /// <summary>Refuses the connection.</summary>
    Refuses,

    /// <summary>Never responds to the dial.</summary>
    Unreachable,

    /// <summary>Accepts, and sends nothing.</summary>
    Silent,

    /// <summary>Sends something that is not NATS.</summary>
    SpeaksOther,

    /// <summary>Closes the connection behind the first PONG.</summary>
    ClosesAfterPong,
}
