using Microsoft.Extensions.Logging;

namespace Earshot.Events;

/// <summary>The messages of the lifecycle outside the entries of an outage.</summary>
internal static partial class LifecycleLog
{
    public static void Write(ILogger logger, LogLevel level, NatsConnectionEvent e)
    {
        switch (e)
        {
            case NatsConnectingEvent x: Connecting(logger, level, EventText.List(x.Servers)); break;
            case NatsConnectedEvent x: Connected(logger, level, x.Server.ToString(), EventText.Of(x.Duration), x.Attempts); break;
            case NatsDisconnectedEvent x: Disconnected(logger, level, x.Exception, x.Server.ToString(), EventText.Of(x.SessionUptime), x.Reason, LogText.Why(x)); break;
            case NatsReconnectingEvent x: Reconnecting(logger, level, x.Cause, x.PoolSize); break;
            case NatsReconnectedEvent x: Reconnected(logger, level, x.Server.ToString(), EventText.Of(x.OutageDuration), x.Attempts, x.ServerRestarted); break;
            case NatsResubscribedEvent x: Resubscribed(logger, level, x.Count, x.Denied, x.ServerConfirmed); break;
            case NatsForceReconnectEvent x: ForceReconnect(logger, level, x.Target?.ToString() ?? "any server", x.Reason ?? "no reason given"); break;
            case NatsClosedEvent x: Closed(logger, level, x.Exception, EventText.Of(x.Lifetime), x.Reason, LogText.Why(x.Exception), x.Outages, EventText.Of(x.TotalDowntime), x.DiscardedMessages); break;
            case NatsResubscribeFailedEvent x: ResubscribeFailed(logger, level, x.Exception, EventText.Of(x.Subscription), x.Reason, LogText.Why(x.Exception)); break;
            case NatsSubscriptionRetryingEvent x: SubscriptionRetrying(logger, level, EventText.Of(x.Subscription), x.Attempt, LogText.Seconds(x.Delay), LogText.Why(x.Exception)); break;
        }
    }

    [LoggerMessage(EventId = (int)NatsEventKind.Connecting, Message = "connecting to {Servers}")]
    private static partial void Connecting(ILogger logger, LogLevel level, string servers);

    [LoggerMessage(EventId = (int)NatsEventKind.Connected, Message = "connected to {Server} in {Duration}, attempts: {Attempts}")]
    private static partial void Connected(ILogger logger, LogLevel level, string server, string duration, int attempts);

    [LoggerMessage(EventId = (int)NatsEventKind.Disconnected, Message = "disconnected from {Server} after {Uptime}: {Reason} ({Error})")]
    private static partial void Disconnected(ILogger logger, LogLevel level, Exception? exception, string server, string uptime, NatsDisconnectReason reason, string error);

    [LoggerMessage(EventId = (int)NatsEventKind.Reconnecting, Message = "reconnecting because of {Reason}, {PoolSize} servers in the pool")]
    private static partial void Reconnecting(ILogger logger, LogLevel level, NatsDisconnectReason reason, int poolSize);

    [LoggerMessage(EventId = (int)NatsEventKind.Reconnected, Message = "reconnected to {Server} after {Duration}, attempts: {Attempts}, server restarted: {ServerRestarted}")]
    private static partial void Reconnected(ILogger logger, LogLevel level, string server, string duration, int attempts, bool serverRestarted);

    [LoggerMessage(EventId = (int)NatsEventKind.Resubscribed, Message = "{Subscriptions} subscriptions restored, {Denied} denied, confirmed by the server: {Confirmed}")]
    private static partial void Resubscribed(ILogger logger, LogLevel level, int subscriptions, int denied, bool confirmed);

    [LoggerMessage(EventId = (int)NatsEventKind.ForceReconnect, Message = "reconnect to {Server} requested: {Reason}")]
    private static partial void ForceReconnect(ILogger logger, LogLevel level, string server, string reason);

    [LoggerMessage(EventId = (int)NatsEventKind.Closed, Message = "closed after {Lifetime}: {Reason} ({Error}); {Outages} outages of {Downtime} in all, {Discarded} publishes discarded")]
    private static partial void Closed(ILogger logger, LogLevel level, Exception? exception, string lifetime, NatsCloseReason reason, string error, int outages, string downtime, long discarded);

    [LoggerMessage(EventId = (int)NatsEventKind.ResubscribeFailed, Message = "subscription {Subscription} was not restored: {Reason} ({Error})")]
    private static partial void ResubscribeFailed(ILogger logger, LogLevel level, Exception? exception, string subscription, NatsResubscribeFailReason reason, string error);

    [LoggerMessage(EventId = (int)NatsEventKind.SubscriptionRetrying, Message = "subscription {Subscription} was refused (attempt {Attempt}), next attempt after {Delay}: {Error}")]
    private static partial void SubscriptionRetrying(ILogger logger, LogLevel level, string subscription, int attempt, string delay, string error);
}
