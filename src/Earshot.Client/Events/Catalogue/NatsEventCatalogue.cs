// Contains the list of all event kinds: their stable ids, the base of the listener, their names in exported journals,
// and which are coalescable. It does not hold the records themselves and does not decide when an event happens.
//
// To add an event, touch three places:
//   1. Here: a member of NatsEventKind, a line in the list on IExportedEvent, and, if it may be dropped or merged under load, an
//      entry in EventClasses.Coalescable.
//   2. The file of its category in this folder: a record Nats<Kind>Event with payload, severity, wording and delivery, and the
//      method of INatsConnectionListener.
//   3. The place where it happens: journal.Append(new Nats<Kind>Event { ... }); for a coalescable kind ask
//      journal.Wants(kind) first, so that nothing is allocated when no reader requests it.
// The id is category * 100 + number, at most 127 kinds in all. An id is never reused and never changes its meaning: it is the
// ILogger EventId and part of exported journals. Everything else (filters, log, metrics, export, timeline) follows.
using System.Text.Json.Serialization;

namespace Earshot
{
    /// <summary>The kinds of events, with stable numbers: the hundreds are the <see cref="NatsEventCategory"/>, and the number is the <c>ILogger</c> EventId.</summary>
    public enum NatsEventKind : short // every event that is kept holds one
    {
        /// <summary>No kind; no event has it.</summary>
        None = 0,
        /// <summary>The connection begins to establish its first session. See <see cref="NatsConnectingEvent"/>.</summary>
        Connecting = 101,
        /// <summary>The first session is open: the server responded to the PING of the handshake. See <see cref="NatsConnectedEvent"/>.</summary>
        Connected = 102,
        /// <summary>The session ended, whatever the cause. See <see cref="NatsDisconnectedEvent"/>.</summary>
        Disconnected = 103,
        /// <summary>An outage begins. See <see cref="NatsReconnectingEvent"/>.</summary>
        Reconnecting = 104,
        /// <summary>The next session is open and all subscriptions are written. See <see cref="NatsReconnectedEvent"/>.</summary>
        Reconnected = 105,
        /// <summary>The server has processed all subscriptions of the new session: their PONG was received. See <see cref="NatsResubscribedEvent"/>.</summary>
        Resubscribed = 106,
        /// <summary>The application or a policy requested another session. See <see cref="NatsForceReconnectEvent"/>.</summary>
        ForceReconnect = 109,
        /// <summary>The connection is closed for good. See <see cref="NatsClosedEvent"/>.</summary>
        Closed = 110,
        /// <summary>The connection state changed. See <see cref="NatsStatusChangedEvent"/>.</summary>
        StatusChanged = 111,
        /// <summary>A subscription could not be restored after a reconnect. See <see cref="NatsResubscribeFailedEvent"/>.</summary>
        ResubscribeFailed = 112,
        /// <summary>The server rejected a subscription that is retried: it is sent again after a delay, at the next INFO or in the next session. See <see cref="NatsSubscriptionRetryingEvent"/>.</summary>
        SubscriptionRetrying = 113,
        /// <summary>A connect attempt begins: an address is about to be dialled. See <see cref="NatsConnectAttemptEvent"/>.</summary>
        ConnectAttempt = 201,
        /// <summary>A connect attempt failed in one of its phases. See <see cref="NatsConnectAttemptFailedEvent"/>.</summary>
        ConnectAttemptFailed = 202,
        /// <summary>A phase of a connect attempt is complete. See <see cref="NatsConnectPhaseCompletedEvent"/>.</summary>
        ConnectPhaseCompleted = 203,
        /// <summary>The back-off delay before the next round of connect attempts begins. See <see cref="NatsReconnectDelayEvent"/>.</summary>
        ReconnectDelay = 204,
        /// <summary>A limit of reconnecting was reached. See <see cref="NatsMaxReconnectsReachedEvent"/>.</summary>
        MaxReconnectsReached = 205,
        /// <summary>The server selector returned a server that is not allowed, or threw an exception. See <see cref="NatsServerSelectionRejectedEvent"/>.</summary>
        ServerSelectionRejected = 206,
        /// <summary>An INFO advertised a server that was unknown or had left. See <see cref="NatsDiscoveredServersEvent"/>.</summary>
        DiscoveredServers = 301,
        /// <summary>The content of the server pool changed. See <see cref="NatsServerPoolChangedEvent"/>.</summary>
        ServerPoolChanged = 302,
        /// <summary>The server enters lame duck mode: it will shut down. See <see cref="NatsLameDuckModeEvent"/>.</summary>
        LameDuckMode = 303,
        /// <summary>An INFO of the current session changed a field. See <see cref="NatsServerInfoUpdatedEvent"/>.</summary>
        ServerInfoUpdated = 304,
        /// <summary>A keep-alive PING was sent. See <see cref="NatsPingSentEvent"/>.</summary>
        PingSent = 401,
        /// <summary>The server responded to a keep-alive PING. See <see cref="NatsPongReceivedEvent"/>.</summary>
        PongReceived = 402,
        /// <summary>The connection is declared stale; a disconnect follows. See <see cref="NatsStaleConnectionEvent"/>.</summary>
        StaleConnection = 403,
        /// <summary>The process was paused or had no thread to read with; silence in that time says nothing about the server. See <see cref="NatsProcessStalledEvent"/>.</summary>
        ProcessStalled = 406,
        /// <summary>The server sent an error (-ERR). See <see cref="NatsServerErrorEvent"/>.</summary>
        ServerError = 501,
        /// <summary>The server rejected a publish or a subscription for lack of permission. See <see cref="NatsPermissionViolationEvent"/>.</summary>
        PermissionViolation = 502,
        /// <summary>The server rejected the credentials, in a handshake or in a session, or the client did not authenticate in time. See <see cref="NatsAuthenticationErrorEvent"/>.</summary>
        AuthenticationError = 503,
        /// <summary>A limit was exceeded, as the server or a local check found. See <see cref="NatsLimitExceededEvent"/>.</summary>
        LimitExceeded = 505,
        /// <summary>A write to the transport failed. See <see cref="NatsWriteErrorEvent"/>.</summary>
        WriteError = 506,
        /// <summary>A write did not complete within its timeout; a disconnect follows. See <see cref="NatsSocketWriteTimeoutEvent"/>.</summary>
        SocketWriteTimeout = 507,
        /// <summary>The received bytes are not valid in the NATS protocol; a disconnect follows. See <see cref="NatsProtocolErrorEvent"/>.</summary>
        ProtocolError = 508,
        /// <summary>A message handler or a callback threw an exception, or the server rejected a subscription. See <see cref="NatsExceptionOccurredEvent"/>.</summary>
        ExceptionOccurred = 509,
        /// <summary>A subscription became a slow consumer: its queue is full. See <see cref="NatsSlowConsumerEvent"/>.</summary>
        SlowConsumer = 601,
        /// <summary>A slow consumer has recovered: its queue is down to half of the limit. See <see cref="NatsSlowConsumerRecoveredEvent"/>.</summary>
        SlowConsumerRecovered = 602,
        /// <summary>Inbound messages were dropped. See <see cref="NatsMessageDroppedEvent"/>.</summary>
        MessageDropped = 603,
        /// <summary>An outbound message was not accepted, and no exception reported it. See <see cref="NatsMessageDiscardedEvent"/>.</summary>
        MessageDiscarded = 604,
        /// <summary>The pending buffer is filled to 80 % of its size. See <see cref="NatsPendingBufferHighEvent"/>.</summary>
        PendingBufferHigh = 605,
        /// <summary>The pending buffer is down to half of its size. See <see cref="NatsPendingBufferLowEvent"/>.</summary>
        PendingBufferLow = 606,
        /// <summary>A publish could not be buffered because the pending buffer is full. See <see cref="NatsPendingBufferFullEvent"/>.</summary>
        PendingBufferFull = 607,
        /// <summary>Publishes that were buffered during an outage were written. See <see cref="NatsPendingReplayedEvent"/>.</summary>
        PendingReplayed = 608,
        /// <summary>Bytes that were accepted will never be sent. See <see cref="NatsPendingDiscardedEvent"/>.</summary>
        PendingDiscarded = 609,
        /// <summary>Requests were in flight when the session was lost. See <see cref="NatsRequestsFailedEvent"/>.</summary>
        RequestsFailed = 610,
        /// <summary>A subscription was created on the connection. See <see cref="NatsSubscriptionCreatedEvent"/>.</summary>
        SubscriptionCreated = 701,
        /// <summary>A subscription of the connection ended. See <see cref="NatsSubscriptionRemovedEvent"/>.</summary>
        SubscriptionRemoved = 702,
        /// <summary>A subscription reached its maximum, and its last message was processed. See <see cref="NatsSubscriptionCompletedEvent"/>.</summary>
        SubscriptionCompleted = 703,
        /// <summary>A drain of a subscription or connection began. See <see cref="NatsDrainStartedEvent"/>.</summary>
        DrainStarted = 801,
        /// <summary>All subscriptions are drained, and pending bytes are now written. See <see cref="NatsDrainingPublishersEvent"/>.</summary>
        DrainingPublishers = 802,
        /// <summary>A drain did not complete within its timeout. See <see cref="NatsDrainTimeoutEvent"/>.</summary>
        DrainTimeout = 803,
        /// <summary>A drain ended, with any outcome. See <see cref="NatsDrainCompletedEvent"/>.</summary>
        DrainCompleted = 804,
        /// <summary>A running read received neither a message nor a heartbeat for two heartbeat intervals while a session was open. Once per silence. See <see cref="NatsHeartbeatAlarmEvent"/>.</summary>
        HeartbeatAlarm = 901,
        /// <summary>A read received a status that this version does not recognize. See <see cref="NatsUnhandledStatusEvent"/>.</summary>
        UnhandledStatus = 902,
        /// <summary>A pull requested more than the consumer allows. See <see cref="NatsPullStatusWarningEvent"/>.</summary>
        PullStatusWarning = 903,
        /// <summary>A status of the server ended the read. See <see cref="NatsPullStatusErrorEvent"/>.</summary>
        PullStatusError = 904,
        /// <summary>A flow control request was answered. For push consumers. See <see cref="NatsFlowControlProcessedEvent"/>.</summary>
        FlowControlProcessed = 905,
        /// <summary>A read reports a change of its consumer or of its messages, such as a pause or a new leader. Late acks and returned messages are reported at most once per second. See <see cref="NatsConsumerNotificationEvent"/>.</summary>
        ConsumerNotification = 906,
        /// <summary>A read cannot receive messages, and the client tries to restore it. Not reported while there is no session. See <see cref="NatsConsumerStalledEvent"/>.</summary>
        ConsumerStalled = 907,
        /// <summary>A stalled read received a message or a heartbeat, or has a new consumer. See <see cref="NatsConsumerResumedEvent"/>.</summary>
        ConsumerResumed = 908,
        /// <summary>The server ended the read. The end of the connection is reported by Closed only. See <see cref="NatsConsumerLostEvent"/>.</summary>
        ConsumerLost = 909,
        /// <summary>A consumer was recreated, and the read continues after the last message. See <see cref="NatsConsumerRecreatedEvent"/>.</summary>
        ConsumerRecreated = 910,
        /// <summary>A stream assigned a sequence a second time or fell behind what it had acknowledged: it lost messages. Once per regression. See <see cref="NatsStreamRegressionEvent"/>.</summary>
        StreamRegression = 911,
        /// <summary>An operation ended with an unknown outcome, or the outcome of such an operation became known later. Bursts are one event with a count. See <see cref="NatsUncertainOutcomeEvent"/>.</summary>
        UncertainOutcome = 912,
        /// <summary>This reader fell behind and missed events. See <see cref="NatsEventsMissedEvent"/>.</summary>
        EventsMissed = 1001,
        /// <summary>A listener threw an exception. See <see cref="NatsListenerFaultedEvent"/>.</summary>
        ListenerFaulted = 1002,
        /// <summary>A listener call exceeds <see cref="NatsOpts.HandlerStallThreshold"/>. See <see cref="NatsListenerStalledEvent"/>.</summary>
        ListenerStalled = 1003,
        /// <summary>A callback of the options threw an exception or timed out. See <see cref="NatsCallbackFaultedEvent"/>.</summary>
        CallbackFaulted = 1004,
        /// <summary>A line of the protocol. See <see cref="NatsProtocolTraceEvent"/>.</summary>
        ProtocolTrace = 1005,
        /// <summary>The options or the environment have a problem that the connection tolerates. See <see cref="NatsConfigurationWarningEvent"/>.</summary>
        ConfigurationWarning = 1006,
        /// <summary>A loop of the client failed. See <see cref="NatsInternalFaultEvent"/>.</summary>
        InternalFault = 1007,
    }

    /// <summary>A listener for the events of connections; every method has an empty default implementation.</summary>
    /// <remarks>Calls are made one after another unless another <see cref="NatsDispatch"/> is registered. A call that throws or blocks
    /// affects only this listener. The token is cancelled <see cref="NatsOpts.EventDrainTimeout"/> after the connection closed.</remarks>
    public partial interface INatsConnectionListener
    {
        /// <summary>The kinds of events to deliver; read once, at registration. Default: <see cref="NatsEventFilter.All"/>.</summary>
        NatsEventFilter Filter => NatsEventFilter.All;
        /// <summary>Called for every event, before the method of its kind.</summary>
        ValueTask OnEventAsync(NatsConnectionEvent e, CancellationToken ct) => default;
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
    [JsonDerivedType(typeof(NatsHeartbeatAlarmEvent), nameof(NatsEventKind.HeartbeatAlarm))]
    [JsonDerivedType(typeof(NatsUnhandledStatusEvent), nameof(NatsEventKind.UnhandledStatus))]
    [JsonDerivedType(typeof(NatsPullStatusWarningEvent), nameof(NatsEventKind.PullStatusWarning))]
    [JsonDerivedType(typeof(NatsPullStatusErrorEvent), nameof(NatsEventKind.PullStatusError))]
    [JsonDerivedType(typeof(NatsFlowControlProcessedEvent), nameof(NatsEventKind.FlowControlProcessed))]
    [JsonDerivedType(typeof(NatsConsumerNotificationEvent), nameof(NatsEventKind.ConsumerNotification))]
    [JsonDerivedType(typeof(NatsConsumerStalledEvent), nameof(NatsEventKind.ConsumerStalled))]
    [JsonDerivedType(typeof(NatsConsumerResumedEvent), nameof(NatsEventKind.ConsumerResumed))]
    [JsonDerivedType(typeof(NatsConsumerLostEvent), nameof(NatsEventKind.ConsumerLost))]
    [JsonDerivedType(typeof(NatsConsumerRecreatedEvent), nameof(NatsEventKind.ConsumerRecreated))]
    [JsonDerivedType(typeof(NatsStreamRegressionEvent), nameof(NatsEventKind.StreamRegression))]
    [JsonDerivedType(typeof(NatsUncertainOutcomeEvent), nameof(NatsEventKind.UncertainOutcome))]
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
            NatsEventKind.SubscriptionRemoved, NatsEventKind.FlowControlProcessed, NatsEventKind.ProtocolTrace);
    }
}
