namespace Earshot.Simulation.Workload;

/// <summary>What an application does with its connection.</summary>
internal enum CallKind
{
    /// <summary>Publishes one or more messages.</summary>
    Publish,

    /// <summary>Sends a request.</summary>
    Request,

    /// <summary>Adds a subscription.</summary>
    Subscribe,

    /// <summary>Ends a subscription.</summary>
    Unsubscribe,

    /// <summary>Drains a subscription.</summary>
    DrainSubscription,

    /// <summary>Confirms what was published.</summary>
    Flush,

    /// <summary>Publishes and confirms exactly that.</summary>
    FlushWithMark,

    /// <summary>Measures the round trip.</summary>
    Ping,

    /// <summary>Requests another session.</summary>
    Reconnect,

    /// <summary>Drains the connection, which ends it.</summary>
    Drain,

    /// <summary>Closes the connection.</summary>
    Close,

    /// <summary>Disposes the connection.</summary>
    Dispose,
}
