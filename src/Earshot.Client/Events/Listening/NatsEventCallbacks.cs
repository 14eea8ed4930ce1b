using Earshot.Events;

namespace Earshot;

/// <summary>
/// Callbacks in the options, one per event most people care for. Those that are set are in place before the first event. All of one
/// connection are called one after another, in the order of the journal across all of them, so one that blocks delays the others of
/// them and nothing else. Setting one after the connection was made has no effect. Each token is cancelled some time after Closed.
/// </summary>
public sealed class NatsEventCallbacks
{
    /// <summary>Every event.</summary>
    public Func<NatsConnectionEvent, CancellationToken, ValueTask>? OnEvent { get; set; }
    /// <summary>The first session is open.</summary>
    public Func<NatsConnectedEvent, CancellationToken, ValueTask>? OnConnected { get; set; }
    /// <summary>A session ended.</summary>
    public Func<NatsDisconnectedEvent, CancellationToken, ValueTask>? OnDisconnected { get; set; }
    /// <summary>An outage begins.</summary>
    public Func<NatsReconnectingEvent, CancellationToken, ValueTask>? OnReconnecting { get; set; }
    /// <summary>The next session is open.</summary>
    public Func<NatsReconnectedEvent, CancellationToken, ValueTask>? OnReconnected { get; set; }
    /// <summary>The server has all subscriptions again.</summary>
    public Func<NatsResubscribedEvent, CancellationToken, ValueTask>? OnResubscribed { get; set; }
    /// <summary>A connect attempt failed.</summary>
    public Func<NatsConnectAttemptFailedEvent, CancellationToken, ValueTask>? OnConnectAttemptFailed { get; set; }
    /// <summary>The connection ended for good.</summary>
    public Func<NatsClosedEvent, CancellationToken, ValueTask>? OnClosed { get; set; }
    /// <summary>Every state change.</summary>
    public Func<NatsStatusChangedEvent, CancellationToken, ValueTask>? OnStatusChanged { get; set; }
    /// <summary>Servers were advertised.</summary>
    public Func<NatsDiscoveredServersEvent, CancellationToken, ValueTask>? OnServersDiscovered { get; set; }
    /// <summary>The server announced its shutdown.</summary>
    public Func<NatsLameDuckModeEvent, CancellationToken, ValueTask>? OnLameDuckMode { get; set; }
    /// <summary>A subscription is full.</summary>
    public Func<NatsSlowConsumerEvent, CancellationToken, ValueTask>? OnSlowConsumer { get; set; }
    /// <summary>Inbound messages were dropped.</summary>
    public Func<NatsMessageDroppedEvent, CancellationToken, ValueTask>? OnMessageDropped { get; set; }
    /// <summary>An outbound message was not accepted.</summary>
    public Func<NatsMessageDiscardedEvent, CancellationToken, ValueTask>? OnMessageDiscarded { get; set; }
    /// <summary>The server sent an error.</summary>
    public Func<NatsServerErrorEvent, CancellationToken, ValueTask>? OnServerError { get; set; }
    /// <summary>The server refused a publish or a subscription.</summary>
    public Func<NatsPermissionViolationEvent, CancellationToken, ValueTask>? OnPermissionViolation { get; set; }
    /// <summary>Any event of the category <see cref="NatsEventCategory.Error"/>.</summary>
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
