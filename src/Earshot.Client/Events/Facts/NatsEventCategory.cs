// The two ways to sort events: what they are about, and how much they matter.
namespace Earshot;

/// <summary>The subject area of an event: the hundreds of its <see cref="NatsEventKind"/>.</summary>
public enum NatsEventCategory
{
    /// <summary>No category; no event has it.</summary>
    None = 0,
    /// <summary>Connect, loss, reconnect and end of the connection.</summary>
    Lifecycle = 1,
    /// <summary>Single connect attempts and their delays.</summary>
    Attempt = 2,
    /// <summary>The server pool and the INFO of servers.</summary>
    Cluster = 3,
    /// <summary>Keep-alive, stale connections and process pauses.</summary>
    Health = 4,
    /// <summary>Errors of the server, limits and failures.</summary>
    Error = 5,
    /// <summary>The flow of messages: slow consumers and pending publishes.</summary>
    Flow = 6,
    /// <summary>Creation and end of subscriptions.</summary>
    Subscription = 7,
    /// <summary>Draining of subscriptions and connections.</summary>
    Drain = 8,
    /// <summary>JetStream; no event has it yet.</summary>
    JetStream = 9,
    /// <summary>Listeners, callbacks and the client itself.</summary>
    Meta = 10,
}
