// The two ways to sort events: what they are about, and how much they matter.
namespace Earshot;

/// <summary>What an event is about; the hundreds of its <see cref="NatsEventKind"/>.</summary>
public enum NatsEventCategory
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>First connect, loss, reconnect, end.</summary>
    Lifecycle = 1,
    /// <summary>Single connect attempts.</summary>
    Attempt = 2,
    /// <summary>The server pool and INFO.</summary>
    Cluster = 3,
    /// <summary>Keep-alive and stalls.</summary>
    Health = 4,
    /// <summary>Errors and limits.</summary>
    Error = 5,
    /// <summary>The flow of messages.</summary>
    Flow = 6,
    /// <summary>Subscriptions.</summary>
    Subscription = 7,
    /// <summary>Draining.</summary>
    Drain = 8,
    /// <summary>JetStream.</summary>
    JetStream = 9,
    /// <summary>Listening, callbacks and the client itself.</summary>
    Meta = 10,
}
