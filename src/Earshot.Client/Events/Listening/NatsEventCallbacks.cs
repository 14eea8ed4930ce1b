using Earshot.Events;

namespace Earshot;

/// <summary>Callbacks for single kinds of events, as an option of a connection. They receive every event from the first one on.</summary>
/// <remarks>
/// All callbacks of one connection are called one after another, in the order of the journal; one that blocks delays the others and
/// nothing else. Setting a callback after the connection was created has no effect. The token is cancelled
/// <see cref="NatsOpts.EventDrainTimeout"/> after the connection closed. An exception is reported as
/// <see cref="NatsListenerFaultedEvent"/>.
/// </remarks>
public sealed class NatsEventCallbacks
{
    /// <summary>Called for every event of the connection. Default: null.</summary>
    public Func<NatsConnectionEvent, CancellationToken, ValueTask>? OnEvent { get; set; }
    /// <summary>Called when the first session is open. Default: null.</summary>
    public Func<NatsConnectedEvent, CancellationToken, ValueTask>? OnConnected { get; set; }
    /// <summary>Called when a session ended. Default: null.</summary>
    public Func<NatsDisconnectedEvent, CancellationToken, ValueTask>? OnDisconnected { get; set; }
    /// <summary>Called when an outage begins. Default: null.</summary>
    public Func<NatsReconnectingEvent, CancellationToken, ValueTask>? OnReconnecting { get; set; }
    /// <summary>Called when a session is open after an outage. Default: null.</summary>
    public Func<NatsReconnectedEvent, CancellationToken, ValueTask>? OnReconnected { get; set; }
    /// <summary>Called when the server has confirmed all subscriptions of a new session. Default: null.</summary>
    public Func<NatsResubscribedEvent, CancellationToken, ValueTask>? OnResubscribed { get; set; }
    /// <summary>Called when a connect attempt failed. Default: null.</summary>
    public Func<NatsConnectAttemptFailedEvent, CancellationToken, ValueTask>? OnConnectAttemptFailed { get; set; }
    /// <summary>Called when the connection is closed for good. Default: null.</summary>
    public Func<NatsClosedEvent, CancellationToken, ValueTask>? OnClosed { get; set; }
    /// <summary>Called at every change of the connection state. Default: null.</summary>
    public Func<NatsStatusChangedEvent, CancellationToken, ValueTask>? OnStatusChanged { get; set; }
    /// <summary>Called when a server advertised other servers. Default: null.</summary>
    public Func<NatsDiscoveredServersEvent, CancellationToken, ValueTask>? OnServersDiscovered { get; set; }
    /// <summary>Called when the server enters lame duck mode. Default: null.</summary>
    public Func<NatsLameDuckModeEvent, CancellationToken, ValueTask>? OnLameDuckMode { get; set; }
    /// <summary>Called when a subscription becomes a slow consumer. Default: null.</summary>
    public Func<NatsSlowConsumerEvent, CancellationToken, ValueTask>? OnSlowConsumer { get; set; }
    /// <summary>Called when inbound messages were dropped. Default: null.</summary>
    public Func<NatsMessageDroppedEvent, CancellationToken, ValueTask>? OnMessageDropped { get; set; }
    /// <summary>Called when an outbound message was not accepted and no exception reported it. Default: null.</summary>
    public Func<NatsMessageDiscardedEvent, CancellationToken, ValueTask>? OnMessageDiscarded { get; set; }
    /// <summary>Called when the server sent an error (-ERR). Default: null.</summary>
    public Func<NatsServerErrorEvent, CancellationToken, ValueTask>? OnServerError { get; set; }
    /// <summary>Called when the server rejected a publish or a subscription for lack of permission. Default: null.</summary>
    public Func<NatsPermissionViolationEvent, CancellationToken, ValueTask>? OnPermissionViolation { get; set; }
    /// <summary>Called for every event of the category <see cref="NatsEventCategory.Error"/>. Default: null.</summary>
    public Func<NatsConnectionEvent, CancellationToken, ValueTask>? OnError { get; set; }

    /// <summary>Starts one reader for all callbacks that are set. Called by the connection before its first event.</summary>
    internal void Attach(Journal journal)
    {
        HandlerGroup? group = null; // made for the first that is set
        Add(journal, ref group, nameof(OnEvent), OnEvent);
        Add(journal, ref group, nameof(OnConnected), OnConnected);
        Add(journal, ref group, nameof(OnDisconnected), OnDisconnected);
        Add(journal, ref group, nameof(OnReconnecting), OnReconnecting);
        Add(journal, ref group, nameof(OnReconnected), OnReconnected);
        Add(journal, ref group, nameof(OnResubscribed), OnResubscribed);
        Add(journal, ref group, nameof(OnConnectAttemptFailed), OnConnectAttemptFailed);
        Add(journal, ref group, nameof(OnClosed), OnClosed);
        Add(journal, ref group, nameof(OnStatusChanged), OnStatusChanged);
        Add(journal, ref group, nameof(OnServersDiscovered), OnServersDiscovered);
        Add(journal, ref group, nameof(OnLameDuckMode), OnLameDuckMode);
        Add(journal, ref group, nameof(OnSlowConsumer), OnSlowConsumer);
        Add(journal, ref group, nameof(OnMessageDropped), OnMessageDropped);
        Add(journal, ref group, nameof(OnMessageDiscarded), OnMessageDiscarded);
        Add(journal, ref group, nameof(OnServerError), OnServerError);
        Add(journal, ref group, nameof(OnPermissionViolation), OnPermissionViolation);
        Add(journal, ref group, nameof(OnError), OnError, NatsEventFilter.Errors);
    }

    private static void Add<TEvent>(
        Journal journal, ref HandlerGroup? group, string name, Func<TEvent, CancellationToken, ValueTask>? callback, NatsEventFilter? filter = null)
        where TEvent : NatsConnectionEvent
    {
        if (callback is not null)
        {
            AddSet(group ??= new HandlerGroup(journal, "NatsOpts.Events"), name, callback, filter);
        }
    }

    // Apart, so that a callback that is not set costs a connection nothing.
    private static void AddSet<TEvent>(HandlerGroup group, string name, Func<TEvent, CancellationToken, ValueTask> callback, NatsEventFilter? filter)
        where TEvent : NatsConnectionEvent =>
        group.Add(name, filter ?? NatsEventFilter.OfType<TEvent>(), (e, ct) => e is TEvent match ? callback(match, ct) : default);
}
