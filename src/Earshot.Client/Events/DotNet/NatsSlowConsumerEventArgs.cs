// What the .NET events of a connection are given: one readable line and the journal's event. They hold no logic.
namespace Earshot;

/// <summary>A subscription is full.</summary>
public class NatsSlowConsumerEventArgs : NatsEventArgs
{
    /// <summary>Makes one for a subscription.</summary>
    public NatsSlowConsumerEventArgs(INatsSub subscription)
        : base($"slow consumer on {subscription?.Subject}") => Subscription = subscription!;

    internal NatsSlowConsumerEventArgs(NatsSlowConsumerEvent e) : base(e) => Subscription = e.Subscription;

    /// <summary>The subscription.</summary>
    public INatsSub Subscription { get; }
}
