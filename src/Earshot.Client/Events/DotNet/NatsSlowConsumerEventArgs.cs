// What the .NET events of a connection are given: one readable line and the journal's event. They hold no logic.
namespace Earshot;

/// <summary>The data of the event that a subscription is a slow consumer.</summary>
public class NatsSlowConsumerEventArgs : NatsEventArgs
{
    /// <summary>Initializes the event data with the subscription.</summary>
    public NatsSlowConsumerEventArgs(INatsSub subscription)
        : base($"slow consumer on {subscription?.Subject}") => Subscription = subscription!;

    internal NatsSlowConsumerEventArgs(NatsSlowConsumerEvent e) : base(e) => Subscription = e.Subscription;

    /// <summary>The subscription whose queue is full.</summary>
    public INatsSub Subscription { get; }
}
