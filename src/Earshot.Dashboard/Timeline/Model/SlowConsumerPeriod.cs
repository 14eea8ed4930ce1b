namespace Earshot.Dashboard.Timeline;

/// <summary>The time in which a subscription was a slow consumer.</summary>
/// <param name="From">The event SlowConsumer.</param>
/// <param name="To">Its recovery, the end of the subscription or of the connection, or the end of the track.</param>
/// <param name="Subscription">Subject and sid.</param>
/// <param name="Dropped">The number of dropped messages, as far as events report it.</param>
internal sealed record SlowConsumerPeriod(DateTimeOffset From, DateTimeOffset To, string Subscription, long Dropped);
