namespace Earshot.Fleet.Shipping;

/// <summary>The order in which events are dropped when the outbox is full: the lowest value first.</summary>
internal enum EventWorth
{
    /// <summary>Flow, subscriptions, JetStream and what concerns listeners.</summary>
    Flow,

    /// <summary>Health: stale connections and pauses of the process.</summary>
    Health,

    /// <summary>Failed attempts, which are folded.</summary>
    Attempts,

    /// <summary>Lifecycle, cluster, drain and errors: dropped only when nothing else is left.</summary>
    Kept,
}
