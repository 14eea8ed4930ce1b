namespace Earshot;

/// <summary>Callbacks that a subscription invokes for the application that creates it.</summary>
public record NatsSubEvents
{
    /// <summary>
    /// Callback that is awaited once, when the SUB is in the outbound buffer and before the subscription is returned: messages published on
    /// the same connection afterwards are delivered to it. An exception of the callback fails the subscribe call. Default: null.
    /// </summary>
    public Func<INatsSub, ValueTask>? OnSubscribed { get; init; }
}
