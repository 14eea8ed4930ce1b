namespace Earshot.Fleet.Shipping;

/// <summary>Whether a session of a connection can be used to ship, as the events of its journal show. A pure function of them.</summary>
internal static class SessionReadiness
{
    /// <summary>Returns the session that can be used after an event; 0: there is none.</summary>
    /// <param name="session">The session that could be used before it.</param>
    /// <param name="e">The event.</param>
    public static int After(int session, NatsConnectionEvent e) => e switch
    {
        NatsConnectedEvent => e.SessionId, // the first session has no subscriptions to restore
        NatsResubscribedEvent { ServerConfirmed: true } => e.SessionId,
        NatsReconnectedEvent or NatsResubscribedEvent or NatsDisconnectedEvent or NatsClosedEvent => 0,
        _ => session,
    };
}
