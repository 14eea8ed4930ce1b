using Microsoft.Extensions.Logging;

namespace Earshot.Events;

/// <summary>
/// The level of each event in the log. It is the severity, except for what another entry already says: one cause is one Error, and what
/// happens within an outage is Debug, because the entries of the outage summarize it.
/// </summary>
internal static class LogLevels
{
    /// <param name="e">The event.</param>
    /// <param name="isAway">No session is open: the first is being established, or an outage lasts.</param>
    public static LogLevel Of(NatsConnectionEvent e, bool isAway)
    {
        LogLevel level = OfSeverity(e.Severity);
        return level > LogLevel.Debug && (IsSaidElsewhere(e) || (isAway && IsPartOfOutage(e))) ? LogLevel.Debug : level;
    }

    private static LogLevel OfSeverity(NatsEventSeverity severity) => severity switch
    {
        NatsEventSeverity.Trace => LogLevel.Trace,
        NatsEventSeverity.Debug => LogLevel.Debug,
        NatsEventSeverity.Information => LogLevel.Information,
        NatsEventSeverity.Warning => LogLevel.Warning,
        NatsEventSeverity.Error => LogLevel.Error,
        _ => LogLevel.Critical,
    };

    private static bool IsSaidElsewhere(NatsConnectionEvent e) => e switch
    {
        // The session ends because of it, which the entry of the loss says with the reason and the exception.
        NatsStaleConnectionEvent or NatsWriteErrorEvent or NatsSocketWriteTimeoutEvent or NatsProtocolErrorEvent or NatsAuthenticationErrorEvent => true,
        NatsDisconnectedEvent => true, // the entry of the outage, or Closed, says it
        NatsServerErrorEvent error => error.DisconnectExpected || HasOwnEvent(error.Code),
        NatsReconnectingEvent or NatsReconnectedEvent or NatsResubscribedEvent or NatsForceReconnectEvent or NatsPendingReplayedEvent or NatsDrainingPublishersEvent => true,
        NatsResubscribeFailedEvent { Reason: NatsResubscribeFailReason.Denied } or NatsSubscriptionRetryingEvent => true, // PermissionViolation precedes
        NatsExceptionOccurredEvent { Origin: NatsExceptionOrigin.Server } => true, // LimitExceeded precedes
        NatsDrainStartedEvent { Scope: NatsDrainScope.Subscription } => true,
        NatsDrainCompletedEvent { Scope: NatsDrainScope.Subscription, Severity: NatsEventSeverity.Information } => true,
        _ => false,
    };

    private static bool HasOwnEvent(NatsServerErrorCode code) => code is NatsServerErrorCode.PermissionsViolation
        or NatsServerErrorCode.MaximumPayloadViolation or NatsServerErrorCode.MaximumConnectionsExceeded or NatsServerErrorCode.MaximumAccountConnectionsExceeded
        or NatsServerErrorCode.MaximumSubscriptionsExceeded or NatsServerErrorCode.MaximumControlLineExceeded or NatsServerErrorCode.ConnectionThrottled;

    private static bool IsPartOfOutage(NatsConnectionEvent e) =>
        e.Category is NatsEventCategory.Attempt or NatsEventCategory.Cluster or NatsEventCategory.Health
        || e is NatsServerErrorEvent or NatsLimitExceededEvent or NatsRequestsFailedEvent or NatsPendingDiscardedEvent or NatsMessageDiscardedEvent
            or NatsPendingBufferHighEvent or NatsPendingBufferLowEvent or NatsPendingBufferFullEvent;
}
