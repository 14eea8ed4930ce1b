namespace Earshot.Simulation.Workload;

/// <summary>What the application does with the messages of a subscription.</summary>
internal enum HandlerKind
{
    /// <summary>Reads them immediately.</summary>
    Reads,

    /// <summary>Takes time for each, until the faults are over.</summary>
    IsSlow,

    /// <summary>Stops reading in the middle of a message, until the faults are over.</summary>
    Blocks,

    /// <summary>Publishes, subscribes and flushes while it handles a message.</summary>
    Reenters,

    /// <summary>Replies with the payload of the request.</summary>
    Replies,
}
