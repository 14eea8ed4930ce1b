namespace Earshot.Fleet.Shipping;

/// <summary>The worth of each kind of event, by its category.</summary>
internal static class EventWorths
{
    /// <summary>The number of values.</summary>
    public const int Count = (int)EventWorth.Kept + 1;

    public static EventWorth Of(NatsEventKind kind) => (NatsEventCategory)((int)kind / 100) switch
    {
        NatsEventCategory.Health => EventWorth.Health,
        NatsEventCategory.Attempt => kind == NatsEventKind.ConnectAttemptFailed ? EventWorth.Attempts : EventWorth.Kept,
        NatsEventCategory.Flow or NatsEventCategory.Subscription or NatsEventCategory.JetStream or NatsEventCategory.Meta => EventWorth.Flow,
        _ => EventWorth.Kept,
    };
}
