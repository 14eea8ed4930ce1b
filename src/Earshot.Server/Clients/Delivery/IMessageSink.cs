namespace Earshot.Server.Clients;

/// <summary>
/// What a subscription delivers to: a client, or a service inside the server (the place where an in-memory JetStream
/// subscribes to its API subjects). Called on the publisher's thread; must not block.
/// </summary>
internal interface IMessageSink
{
    /// <summary>False when the subscription did not want this message after all.</summary>
    bool Deliver(Subscription subscription, in RoutedMessage message, IMessageSink? publisher);

    /// <summary>The last of a batch of messages was delivered: what they have caused is sent now.</summary>
    void Flush()
    {
    }
}
