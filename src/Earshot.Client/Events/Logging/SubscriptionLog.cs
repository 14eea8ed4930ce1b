using Microsoft.Extensions.Logging;

namespace Earshot.Events;

/// <summary>The messages of subscriptions and drains.</summary>
internal static partial class SubscriptionLog
{
    public static void Write(ILogger logger, LogLevel level, NatsConnectionEvent e)
    {
        switch (e)
        {
            case NatsSubscriptionCreatedEvent x: SubscriptionCreated(logger, level, EventText.Of(x.Subscription)); break;
            case NatsSubscriptionRemovedEvent x: SubscriptionRemoved(logger, level, EventText.Of(x.Subscription), x.Reason); break;
            case NatsSubscriptionCompletedEvent x: SubscriptionCompleted(logger, level, EventText.Of(x.Subscription), x.Delivered, x.Max); break;
            case NatsDrainStartedEvent x: DrainStarted(logger, level, x.Scope, x.Subscriptions, EventText.Of(x.Timeout)); break;
            case NatsDrainingPublishersEvent x: DrainingPublishers(logger, level, x.PendingBytes); break;
            case NatsDrainTimeoutEvent x: DrainTimeout(logger, level, EventText.Of(x.Timeout), x.Remaining.Count, string.Join(", ", x.Remaining.Take(4).Select(remainder => remainder.Subject))); break;
            case NatsDrainCompletedEvent x: DrainCompleted(logger, level, x.Scope, x.Outcome, EventText.Of(x.Duration), x.Delivered, x.Unread, x.Unhandled, x.Unflushed); break;
        }
    }

    [LoggerMessage(EventId = (int)NatsEventKind.SubscriptionCreated, Message = "subscribed {Subscription}")]
    private static partial void SubscriptionCreated(ILogger logger, LogLevel level, string subscription);

    [LoggerMessage(EventId = (int)NatsEventKind.SubscriptionRemoved, Message = "unsubscribed {Subscription} ({Reason})")]
    private static partial void SubscriptionRemoved(ILogger logger, LogLevel level, string subscription, NatsSubEndReason reason);

    [LoggerMessage(EventId = (int)NatsEventKind.SubscriptionCompleted, Message = "{Subscription} completed, {Delivered} of {Max} delivered")]
    private static partial void SubscriptionCompleted(ILogger logger, LogLevel level, string subscription, long delivered, long max);

    [LoggerMessage(EventId = (int)NatsEventKind.DrainStarted, Message = "drain started ({Scope}): {Subscriptions} subscriptions, timeout {DrainTimeout}")]
    private static partial void DrainStarted(ILogger logger, LogLevel level, NatsDrainScope scope, int subscriptions, string drainTimeout);

    [LoggerMessage(EventId = (int)NatsEventKind.DrainingPublishers, Message = "draining publishers, {PendingBytes} bytes pending")]
    private static partial void DrainingPublishers(ILogger logger, LogLevel level, long pendingBytes);

    [LoggerMessage(EventId = (int)NatsEventKind.DrainTimeout, Message = "drain timed out after {Duration}, {Subscriptions} subscriptions not drained: {Subjects}")]
    private static partial void DrainTimeout(ILogger logger, LogLevel level, string duration, int subscriptions, string subjects);

    [LoggerMessage(EventId = (int)NatsEventKind.DrainCompleted, Message = "drain ended ({Scope}, {Outcome}) after {Duration}: {Delivered} messages delivered, {Unread} not read, {Unhandled} not handled, {Unflushed} publishes not confirmed")]
    private static partial void DrainCompleted(ILogger logger, LogLevel level, NatsDrainScope scope, NatsDrainOutcome outcome, string duration, long delivered, long unread, long unhandled, long unflushed);
}
