using Microsoft.Extensions.Logging;

namespace Earshot.Events;

/// <summary>The messages of an outage.</summary>
internal static partial class OutageLines
{
    [LoggerMessage(EventId = (int)NatsEventKind.Disconnected, EventName = nameof(NatsEventKind.Disconnected), Message = "lost {Server} after {UptimeSeconds} s, outage {Outage} begins: {Reason} ({Error}); {Pending} publishes wait, {Requests} requests in flight, {Subscriptions} subscriptions")]
    public static partial void Disconnected(ILogger logger, LogLevel level, string server, double uptimeSeconds, int outage, NatsDisconnectReason reason, string error, long pending, int requests, int subscriptions);

    [LoggerMessage(EventId = (int)NatsEventKind.Reconnecting, EventName = nameof(NatsEventKind.Reconnecting), Message = "outage {Outage} lasts for {OutageSeconds} s, attempts so far: {Attempts}; the last one: {Error}")]
    public static partial void Reconnecting(ILogger logger, LogLevel level, int outage, double outageSeconds, int attempts, string error);

    [LoggerMessage(EventId = (int)NatsEventKind.ConnectAttemptFailed, EventName = nameof(NatsEventKind.ConnectAttemptFailed), Message = "no server has accepted the client for {OutageSeconds} s, attempts so far: {Attempts}; it keeps trying; the last one: {Error}")]
    public static partial void ConnectAttemptFailed(ILogger logger, LogLevel level, double outageSeconds, int attempts, string error);

    [LoggerMessage(EventId = (int)NatsEventKind.Resubscribed, EventName = nameof(NatsEventKind.Resubscribed), Message = "connected to {Server} again, outage {Outage} ({Reason}) took {OutageSeconds} s, attempts: {Attempts}; subscriptions restored: {Subscriptions}, denied: {Denied}; lost: unconfirmed publishes: {Unconfirmed}, discarded: {Discarded}, failed requests: {Requests}, and what was sent to the subscriptions from {MissedFrom:HH:mm:ss.fff} to {MissedTo:HH:mm:ss.fff} UTC")]
    public static partial void Resubscribed(
        ILogger logger, LogLevel level, string server, double outageSeconds, int outage, NatsDisconnectReason reason, int attempts, int subscriptions, int denied,
        long unconfirmed, long discarded, long requests, DateTimeOffset missedFrom, DateTimeOffset missedTo);
}
