// Owns the list of all event kinds: their stable ids, how a listener receives them, their names in exported journals,
// and which are coalescable. It does not hold the records themselves and does not decide when an event happens.
//
// To add an event, touch three places:
//   1. Here: a member of NatsEventKind, a method of INatsConnectionListener, a line in the list on IExportedEvent, and,
//      if it may be dropped or merged under load, an entry in EventClasses.Coalescable.
//   2. The file of its category in this folder: a record Nats<Kind>Event with payload, severity, wording and delivery.
//   3. The place where it happens: journal.Append(new Nats<Kind>Event { ... }); for a coalescable kind ask
//      journal.Wants(kind) first, so that nothing is allocated when no reader requests it.
// The id is category * 100 + number, at most 127 kinds in all. An id is never reused and never changes its meaning: it is the
// ILogger EventId and part of exported journals. Everything else (filters, log, metrics, export, timeline) follows.
using System.Text.Json.Serialization;

namespace Earshot
{
    /// <summary>All kinds of events with their stable ids. The hundreds are the <see cref="NatsEventCategory"/>; the number is the <c>ILogger</c> EventId.</summary>
    public enum NatsEventKind : short // every event that is kept holds one
    {
        /// <summary>Not an event.</summary>
        None = 0,
        /// <summary>The connection starts to make its first session. See <see cref="NatsConnectingEvent"/>.</summary>
        Connecting = 101,
        /// <summary>The first handshake is done: the server answered the first PING. Comes before any message. See <see cref="NatsConnectedEvent"/>.</summary>
        Connected = 102,
        /// <summary>The session ended, whatever the cause. See <see cref="NatsDisconnectedEvent"/>.</summary>
        Disconnected = 103,
        /// <summary>An outage begins. See <see cref="NatsReconnectingEvent"/>.</summary>
        Reconnecting = 104,
        /// <summary>The next session is open and all subscriptions are written, so a publish made in a handler is behind them on the wire. See <see cref="NatsReconnectedEvent"/>.</summary>
        Reconnected = 105,
        /// <summary>The server has processed all subscriptions: a PONG came behind the last of them. See <see cref="NatsResubscribedEvent"/>.</summary>
        Resubscribed = 106,
        /// <summary>The application or a policy asked for another session. See <see cref="NatsForceReconnectEvent"/>.</summary>
        ForceReconnect = 109,
        /// <summary>The connection ended for good. See <see cref="NatsClosedEvent"/>.</summary>
        Closed = 110,
        /// <summary>A view of every state change, made only for readers that ask for this kind. See <see cref="NatsStatusChangedEvent"/>.</summary>
        StatusChanged = 111,
        /// <summary>A subscription could not be restored after a reconnect. See <see cref="NatsResubscribeFailedEvent"/>.</summary>
        ResubscribeFailed = 112,
        /// <summary>A subscription that the server refused is sent again after a while. See <see cref="NatsSubscriptionRetryingEvent"/>.</summary>
        SubscriptionRetrying = 113,
        /// <summary>An address is about to be dialled. See <see cref="NatsConnectAttemptEvent"/>.</summary>
        ConnectAttempt = 201,
        /// <summary>A connect attempt failed in any phase. See <see cref="NatsConnectAttemptFailedEvent"/>.</summary>
        ConnectAttemptFailed = 202,
        /// <summary>A phase of an attempt is done. See <see cref="NatsConnectPhaseCompletedEvent"/>.</summary>
        ConnectPhaseCompleted = 203,
        /// <summary>The client starts to wait before the next attempt. See <see cref="NatsReconnectDelayEvent"/>.</summary>
        ReconnectDelay = 204,
        /// <summary>A limit of reconnecting was reached. See <see cref="NatsMaxReconnectsReachedEvent"/>.</summary>
        MaxReconnectsReached = 205,
        /// <summary>The callback that chooses a server named one that may not be used, or threw. See <see cref="NatsServerSelectionRejectedEvent"/>.</summary>
        ServerSelectionRejected = 206,
        /// <summary>An INFO advertised a server that was not known, or one that had left. See <see cref="NatsDiscoveredServersEvent"/>.</summary>
        DiscoveredServers = 301,
        /// <summary>The content of the server pool changed. See <see cref="NatsServerPoolChangedEvent"/>.</summary>
        ServerPoolChanged = 302,
        /// <summary>The server announced that it will shut down. See <see cref="NatsLameDuckModeEvent"/>.</summary>
        LameDuckMode = 303,
        /// <summary>An INFO of the live session changed a field. See <see cref="NatsServerInfoUpdatedEvent"/>.</summary>
        ServerInfoUpdated = 304,
        /// <summary>A keep-alive ping was sent. See <see cref="NatsPingSentEvent"/>.</summary>
        PingSent = 401,
        /// <summary>A keep-alive ping was answered. See <see cref="NatsPongReceivedEvent"/>.</summary>
        PongReceived = 402,
        /// <summary>The link is declared dead. See <see cref="NatsStaleConnectionEvent"/>.</summary>
        StaleConnection = 403,
        /// <summary>The process was paused or had no thread to read with, so silence says nothing about the server. See <see cref="NatsProcessStalledEvent"/>.</summary>
        ProcessStalled = 406,
        /// <summary>The server sent an error. See <see cref="NatsServerErrorEvent"/>.</summary>
        ServerError = 501,
        /// <summary>The server refused a publish or a subscription. See <see cref="NatsPermissionViolationEvent"/>.</summary>
        PermissionViolation = 502,
        /// <summary>The server rejected the credentials, in a handshake or in a live session. See <see cref="NatsAuthenticationErrorEvent"/>.</summary>
        AuthenticationError = 503,
        /// <summary>A limit was exceeded, found by the server or by a local check. See <see cref="NatsLimitExceededEvent"/>.</summary>
        LimitExceeded = 505,
        /// <summary>Writing to the server failed. See <see cref="NatsWriteErrorEvent"/>.</summary>
        WriteError = 506,
        /// <summary>A write did not finish in time. See <see cref="NatsSocketWriteTimeoutEvent"/>.</summary>
        SocketWriteTimeout = 507,
        /// <summary>What came in is not the NATS protocol. See <see cref="NatsProtocolErrorEvent"/>.</summary>
        ProtocolError = 508,
        /// <summary>A message handler, a hook or a callback threw. See <see cref="NatsExceptionOccurredEvent"/>.</summary>
        ExceptionOccurred = 509,
        /// <summary>A subscription is full: the first drop of an episode. See <see cref="NatsSlowConsumerEvent"/>.</summary>
        SlowConsumer = 601,
        /// <summary>A subscription that was full is down to half of its limit. See <see cref="NatsSlowConsumerRecoveredEvent"/>.</summary>
        SlowConsumerRecovered = 602,
        /// <summary>Inbound messages were dropped. See <see cref="NatsMessageDroppedEvent"/>.</summary>
        MessageDropped = 603,
        /// <summary>An outbound message was not accepted and no exception reported it. See <see cref="NatsMessageDiscardedEvent"/>.</summary>
        MessageDiscarded = 604,
        /// <summary>The pending buffer is 80 % full. See <see cref="NatsPendingBufferHighEvent"/>.</summary>
        PendingBufferHigh = 605,
        /// <summary>The pending buffer is down to half. See <see cref="NatsPendingBufferLowEvent"/>.</summary>
        PendingBufferLow = 606,
        /// <summary>A publish could not be buffered. See <see cref="NatsPendingBufferFullEvent"/>.</summary>
        PendingBufferFull = 607,
        /// <summary>Publishes buffered during an outage were written. See <see cref="NatsPendingReplayedEvent"/>.</summary>
        PendingReplayed = 608,
        /// <summary>Bytes that were accepted will never be sent. See <see cref="NatsPendingDiscardedEvent"/>.</summary>
        PendingDiscarded = 609,
        /// <summary>Requests were in flight when the session was lost. See <see cref="NatsRequestsFailedEvent"/>.</summary>
        RequestsFailed = 610,
        /// <summary>A subscription was made. See <see cref="NatsSubscriptionCreatedEvent"/>.</summary>
        SubscriptionCreated = 701,
        /// <summary>A subscription ended. See <see cref="NatsSubscriptionRemovedEvent"/>.</summary>
        SubscriptionRemoved = 702,
        /// <summary>A subscription reached its maximum and the last message was processed. See <see cref="NatsSubscriptionCompletedEvent"/>.</summary>
        SubscriptionCompleted = 703,
        /// <summary>A drain began. See <see cref="NatsDrainStartedEvent"/>.</summary>
        DrainStarted = 801,
        /// <summary>All subscriptions are drained. See <see cref="NatsDrainingPublishersEvent"/>.</summary>
        DrainingPublishers = 802,
        /// <summary>A drain ran out of time. See <see cref="NatsDrainTimeoutEvent"/>.</summary>
        DrainTimeout = 803,
        /// <summary>A drain ended, in whatever way. See <see cref="NatsDrainCompletedEvent"/>.</summary>
        DrainCompleted = 804,
        /// <summary>This reader fell behind by a whole ring. See <see cref="NatsEventsMissedEvent"/>.</summary>
        EventsMissed = 1001,
        /// <summary>A listener threw. See <see cref="NatsListenerFaultedEvent"/>.</summary>
        ListenerFaulted = 1002,
        /// <summary>A listener runs for too long. See <see cref="NatsListenerStalledEvent"/>.</summary>
        ListenerStalled = 1003,
        /// <summary>A callback of the options threw. See <see cref="NatsCallbackFaultedEvent"/>.</summary>
        CallbackFaulted = 1004,
        /// <summary>A protocol line. See <see cref="NatsProtocolTraceEvent"/>.</summary>
        ProtocolTrace = 1005,
        /// <summary>The options or the environment are not what they should be. See <see cref="NatsConfigurationWarningEvent"/>.</summary>
        ConfigurationWarning = 1006,
        /// <summary>A loop of the client died. See <see cref="NatsInternalFaultEvent"/>.</summary>
        InternalFault = 1007,
    }

    /// <summary>
    /// One listener for everything; every member has an empty default body. Calls come one after another unless it is registered
    /// with another <see cref="NatsDispatch"/>. A call that throws or blocks affects only this listener. The token is
    /// cancelled some time after the connection closed.
    /// </summary>
    public interface INatsConnectionListener
    {
        /// <summary>Which kinds to deliver; read once, at registration. Default: <see cref="NatsEventFilter.All"/>.</summary>
        NatsEventFilter Filter => NatsEventFilter.All;
        /// <summary>Called for every event, before the method of its kind.</summary>
        ValueTask OnEventAsync(NatsConnectionEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.Connecting"/>.</summary>
        ValueTask OnConnectingAsync(NatsConnectingEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.Connected"/>.</summary>
        ValueTask OnConnectedAsync(NatsConnectedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.Disconnected"/>.</summary>
        ValueTask OnDisconnectedAsync(NatsDisconnectedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.Reconnecting"/>.</summary>
        ValueTask OnReconnectingAsync(NatsReconnectingEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.Reconnected"/>.</summary>
        ValueTask OnReconnectedAsync(NatsReconnectedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.Resubscribed"/>.</summary>
        ValueTask OnResubscribedAsync(NatsResubscribedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.ForceReconnect"/>.</summary>
        ValueTask OnForceReconnectAsync(NatsForceReconnectEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.Closed"/>.</summary>
        ValueTask OnClosedAsync(NatsClosedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.StatusChanged"/>.</summary>
        ValueTask OnStatusChangedAsync(NatsStatusChangedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.ResubscribeFailed"/>.</summary>
        ValueTask OnResubscribeFailedAsync(NatsResubscribeFailedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.SubscriptionRetrying"/>.</summary>
        ValueTask OnSubscriptionRetryingAsync(NatsSubscriptionRetryingEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.ConnectAttempt"/>.</summary>
        ValueTask OnConnectAttemptAsync(NatsConnectAttemptEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.ConnectAttemptFailed"/>.</summary>
        ValueTask OnConnectAttemptFailedAsync(NatsConnectAttemptFailedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.ConnectPhaseCompleted"/>.</summary>
        ValueTask OnConnectPhaseCompletedAsync(NatsConnectPhaseCompletedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.ReconnectDelay"/>.</summary>
        ValueTask OnReconnectDelayAsync(NatsReconnectDelayEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.MaxReconnectsReached"/>.</summary>
        ValueTask OnMaxReconnectsReachedAsync(NatsMaxReconnectsReachedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.ServerSelectionRejected"/>.</summary>
        ValueTask OnServerSelectionRejectedAsync(NatsServerSelectionRejectedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.DiscoveredServers"/>.</summary>
        ValueTask OnDiscoveredServersAsync(NatsDiscoveredServersEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.ServerPoolChanged"/>.</summary>
        ValueTask OnServerPoolChangedAsync(NatsServerPoolChangedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.LameDuckMode"/>.</summary>
        ValueTask OnLameDuckModeAsync(NatsLameDuckModeEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.ServerInfoUpdated"/>.</summary>
        ValueTask OnServerInfoUpdatedAsync(NatsServerInfoUpdatedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.PingSent"/>.</summary>
        ValueTask OnPingSentAsync(NatsPingSentEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.PongReceived"/>.</summary>
        ValueTask OnPongReceivedAsync(NatsPongReceivedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.StaleConnection"/>.</summary>
        ValueTask OnStaleConnectionAsync(NatsStaleConnectionEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.ProcessStalled"/>.</summary>
        ValueTask OnProcessStalledAsync(NatsProcessStalledEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.ServerError"/>.</summary>
        ValueTask OnServerErrorAsync(NatsServerErrorEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.PermissionViolation"/>.</summary>
        ValueTask OnPermissionViolationAsync(NatsPermissionViolationEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.AuthenticationError"/>.</summary>
        ValueTask OnAuthenticationErrorAsync(NatsAuthenticationErrorEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.LimitExceeded"/>.</summary>
        ValueTask OnLimitExceededAsync(NatsLimitExceededEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.WriteError"/>.</summary>
        ValueTask OnWriteErrorAsync(NatsWriteErrorEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.SocketWriteTimeout"/>.</summary>
        ValueTask OnSocketWriteTimeoutAsync(NatsSocketWriteTimeoutEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.ProtocolError"/>.</summary>
        ValueTask OnProtocolErrorAsync(NatsProtocolErrorEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.ExceptionOccurred"/>.</summary>
        ValueTask OnExceptionOccurredAsync(NatsExceptionOccurredEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.SlowConsumer"/>.</summary>
        ValueTask OnSlowConsumerAsync(NatsSlowConsumerEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.SlowConsumerRecovered"/>.</summary>
        ValueTask OnSlowConsumerRecoveredAsync(NatsSlowConsumerRecoveredEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.MessageDropped"/>.</summary>
        ValueTask OnMessageDroppedAsync(NatsMessageDroppedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.MessageDiscarded"/>.</summary>
        ValueTask OnMessageDiscardedAsync(NatsMessageDiscardedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.PendingBufferHigh"/>.</summary>
        ValueTask OnPendingBufferHighAsync(NatsPendingBufferHighEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.PendingBufferLow"/>.</summary>
        ValueTask OnPendingBufferLowAsync(NatsPendingBufferLowEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.PendingBufferFull"/>.</summary>
        ValueTask OnPendingBufferFullAsync(NatsPendingBufferFullEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.PendingReplayed"/>.</summary>
        ValueTask OnPendingReplayedAsync(NatsPendingReplayedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.PendingDiscarded"/>.</summary>
        ValueTask OnPendingDiscardedAsync(NatsPendingDiscardedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.RequestsFailed"/>.</summary>
        ValueTask OnRequestsFailedAsync(NatsRequestsFailedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.SubscriptionCreated"/>.</summary>
        ValueTask OnSubscriptionCreatedAsync(NatsSubscriptionCreatedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.SubscriptionRemoved"/>.</summary>
        ValueTask OnSubscriptionRemovedAsync(NatsSubscriptionRemovedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.SubscriptionCompleted"/>.</summary>
        ValueTask OnSubscriptionCompletedAsync(NatsSubscriptionCompletedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.DrainStarted"/>.</summary>
        ValueTask OnDrainStartedAsync(NatsDrainStartedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.DrainingPublishers"/>.</summary>
        ValueTask OnDrainingPublishersAsync(NatsDrainingPublishersEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.DrainTimeout"/>.</summary>
        ValueTask OnDrainTimeoutAsync(NatsDrainTimeoutEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.DrainCompleted"/>.</summary>
        ValueTask OnDrainCompletedAsync(NatsDrainCompletedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.EventsMissed"/>.</summary>
        ValueTask OnEventsMissedAsync(NatsEventsMissedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.ListenerFaulted"/>.</summary>
        ValueTask OnListenerFaultedAsync(NatsListenerFaultedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.ListenerStalled"/>.</summary>
        ValueTask OnListenerStalledAsync(NatsListenerStalledEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.CallbackFaulted"/>.</summary>
        ValueTask OnCallbackFaultedAsync(NatsCallbackFaultedEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.ProtocolTrace"/>.</summary>
        ValueTask OnProtocolTraceAsync(NatsProtocolTraceEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.ConfigurationWarning"/>.</summary>
        ValueTask OnConfigurationWarningAsync(NatsConfigurationWarningEvent e, CancellationToken ct) => default;
        /// <summary>Called for <see cref="NatsEventKind.InternalFault"/>.</summary>
        ValueTask OnInternalFaultAsync(NatsInternalFaultEvent e, CancellationToken ct) => default;
    }
}

namespace Earshot.Events
{
    /// <summary>What an exported journal can hold: the name in front of every line is the kind.</summary>
    [JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
    [JsonDerivedType(typeof(NatsConnectingEvent), nameof(NatsEventKind.Connecting))]
    [JsonDerivedType(typeof(NatsConnectedEvent), nameof(NatsEventKind.Connected))]
    [JsonDerivedType(typeof(NatsDisconnectedEvent), nameof(NatsEventKind.Disconnected))]
    [JsonDerivedType(typeof(NatsReconnectingEvent), nameof(NatsEventKind.Reconnecting))]
    [JsonDerivedType(typeof(NatsReconnectedEvent), nameof(NatsEventKind.Reconnected))]
    [JsonDerivedType(typeof(NatsResubscribedEvent), nameof(NatsEventKind.Resubscribed))]
    [JsonDerivedType(typeof(NatsForceReconnectEvent), nameof(NatsEventKind.ForceReconnect))]
    [JsonDerivedType(typeof(NatsClosedEvent), nameof(NatsEventKind.Closed))]
    [JsonDerivedType(typeof(NatsStatusChangedEvent), nameof(NatsEventKind.StatusChanged))]
    [JsonDerivedType(typeof(NatsResubscribeFailedEvent), nameof(NatsEventKind.ResubscribeFailed))]
    [JsonDerivedType(typeof(NatsSubscriptionRetryingEvent), nameof(NatsEventKind.SubscriptionRetrying))]
    [JsonDerivedType(typeof(NatsConnectAttemptEvent), nameof(NatsEventKind.ConnectAttempt))]
    [JsonDerivedType(typeof(NatsConnectAttemptFailedEvent), nameof(NatsEventKind.ConnectAttemptFailed))]
    [JsonDerivedType(typeof(NatsConnectPhaseCompletedEvent), nameof(NatsEventKind.ConnectPhaseCompleted))]
    [JsonDerivedType(typeof(NatsReconnectDelayEvent), nameof(NatsEventKind.ReconnectDelay))]
    [JsonDerivedType(typeof(NatsMaxReconnectsReachedEvent), nameof(NatsEventKind.MaxReconnectsReached))]
    [JsonDerivedType(typeof(NatsServerSelectionRejectedEvent), nameof(NatsEventKind.ServerSelectionRejected))]
    [JsonDerivedType(typeof(NatsDiscoveredServersEvent), nameof(NatsEventKind.DiscoveredServers))]
    [JsonDerivedType(typeof(NatsServerPoolChangedEvent), nameof(NatsEventKind.ServerPoolChanged))]
    [JsonDerivedType(typeof(NatsLameDuckModeEvent), nameof(NatsEventKind.LameDuckMode))]
    [JsonDerivedType(typeof(NatsServerInfoUpdatedEvent), nameof(NatsEventKind.ServerInfoUpdated))]
    [JsonDerivedType(typeof(NatsPingSentEvent), nameof(NatsEventKind.PingSent))]
    [JsonDerivedType(typeof(NatsPongReceivedEvent), nameof(NatsEventKind.PongReceived))]
    [JsonDerivedType(typeof(NatsStaleConnectionEvent), nameof(NatsEventKind.StaleConnection))]
    [JsonDerivedType(typeof(NatsProcessStalledEvent), nameof(NatsEventKind.ProcessStalled))]
    [JsonDerivedType(typeof(NatsServerErrorEvent), nameof(NatsEventKind.ServerError))]
    [JsonDerivedType(typeof(NatsPermissionViolationEvent), nameof(NatsEventKind.PermissionViolation))]
    [JsonDerivedType(typeof(NatsAuthenticationErrorEvent), nameof(NatsEventKind.AuthenticationError))]
    [JsonDerivedType(typeof(NatsLimitExceededEvent), nameof(NatsEventKind.LimitExceeded))]
    [JsonDerivedType(typeof(NatsWriteErrorEvent), nameof(NatsEventKind.WriteError))]
    [JsonDerivedType(typeof(NatsSocketWriteTimeoutEvent), nameof(NatsEventKind.SocketWriteTimeout))]
    [JsonDerivedType(typeof(NatsProtocolErrorEvent), nameof(NatsEventKind.ProtocolError))]
    [JsonDerivedType(typeof(NatsExceptionOccurredEvent), nameof(NatsEventKind.ExceptionOccurred))]
    [JsonDerivedType(typeof(NatsSlowConsumerEvent), nameof(NatsEventKind.SlowConsumer))]
    [JsonDerivedType(typeof(NatsSlowConsumerRecoveredEvent), nameof(NatsEventKind.SlowConsumerRecovered))]
    [JsonDerivedType(typeof(NatsMessageDroppedEvent), nameof(NatsEventKind.MessageDropped))]
    [JsonDerivedType(typeof(NatsMessageDiscardedEvent), nameof(NatsEventKind.MessageDiscarded))]
    [JsonDerivedType(typeof(NatsPendingBufferHighEvent), nameof(NatsEventKind.PendingBufferHigh))]
    [JsonDerivedType(typeof(NatsPendingBufferLowEvent), nameof(NatsEventKind.PendingBufferLow))]
    [JsonDerivedType(typeof(NatsPendingBufferFullEvent), nameof(NatsEventKind.PendingBufferFull))]
    [JsonDerivedType(typeof(NatsPendingReplayedEvent), nameof(NatsEventKind.PendingReplayed))]
    [JsonDerivedType(typeof(NatsPendingDiscardedEvent), nameof(NatsEventKind.PendingDiscarded))]
    [JsonDerivedType(typeof(NatsRequestsFailedEvent), nameof(NatsEventKind.RequestsFailed))]
    [JsonDerivedType(typeof(NatsSubscriptionCreatedEvent), nameof(NatsEventKind.SubscriptionCreated))]
    [JsonDerivedType(typeof(NatsSubscriptionRemovedEvent), nameof(NatsEventKind.SubscriptionRemoved))]
    [JsonDerivedType(typeof(NatsSubscriptionCompletedEvent), nameof(NatsEventKind.SubscriptionCompleted))]
    [JsonDerivedType(typeof(NatsDrainStartedEvent), nameof(NatsEventKind.DrainStarted))]
    [JsonDerivedType(typeof(NatsDrainingPublishersEvent), nameof(NatsEventKind.DrainingPublishers))]
    [JsonDerivedType(typeof(NatsDrainTimeoutEvent), nameof(NatsEventKind.DrainTimeout))]
    [JsonDerivedType(typeof(NatsDrainCompletedEvent), nameof(NatsEventKind.DrainCompleted))]
    [JsonDerivedType(typeof(NatsEventsMissedEvent), nameof(NatsEventKind.EventsMissed))]
    [JsonDerivedType(typeof(NatsListenerFaultedEvent), nameof(NatsEventKind.ListenerFaulted))]
    [JsonDerivedType(typeof(NatsListenerStalledEvent), nameof(NatsEventKind.ListenerStalled))]
    [JsonDerivedType(typeof(NatsCallbackFaultedEvent), nameof(NatsEventKind.CallbackFaulted))]
    [JsonDerivedType(typeof(NatsProtocolTraceEvent), nameof(NatsEventKind.ProtocolTrace))]
    [JsonDerivedType(typeof(NatsConfigurationWarningEvent), nameof(NatsEventKind.ConfigurationWarning))]
    [JsonDerivedType(typeof(NatsInternalFaultEvent), nameof(NatsEventKind.InternalFault))]
    internal interface IExportedEvent;

    /// <summary>Which kinds give way first (C in the catalogue), and which must be asked for by name.</summary>
    internal static class EventClasses
    {
        public static readonly NatsEventFilter Coalescable = NatsEventFilter.Of(
            NatsEventKind.ConnectAttempt, NatsEventKind.ConnectPhaseCompleted, NatsEventKind.ReconnectDelay, NatsEventKind.PingSent,
            NatsEventKind.PongReceived, NatsEventKind.MessageDropped, NatsEventKind.MessageDiscarded, NatsEventKind.SubscriptionCreated,
            NatsEventKind.SubscriptionRemoved, NatsEventKind.ProtocolTrace);
    }
}
