using Earshot.Events;

namespace Earshot;

/// <summary>
/// Callbacks in the options, one per event most people care for. Each that is set runs as a handler of its own and is in place before
/// the first event. Setting one after the connection was made has no effect. Each token is cancelled some time after Closed.
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

    /// <summary>Starts a reader for each callback that is set. Called by the connection before its first event.</summary>
    internal void Attach(Journal journal)
    {
        Attach(journal, nameof(OnEvent), OnEvent);
        Attach(journal, nameof(OnConnected), OnConnected);
        Attach(journal, nameof(OnDisconnected), OnDisconnected);
        Attach(journal, nameof(OnReconnecting), OnReconnecting);
        Attach(journal, nameof(OnReconnected), OnReconnected);
        Attach(journal, nameof(OnResubscribed), OnResubscribed);
        Attach(journal, nameof(OnConnectAttemptFailed), OnConnectAttemptFailed);
        Attach(journal, nameof(OnClosed), OnClosed);
        Attach(journal, nameof(OnStatusChanged), OnStatusChanged);
        Attach(journal, nameof(OnServersDiscovered), OnServersDiscovered);
        Attach(journal, nameof(OnLameDuckMode), OnLameDuckMode);
        Attach(journal, nameof(OnSlowConsumer), OnSlowConsumer);
        Attach(journal, nameof(OnMessageDropped), OnMessageDropped);
        Attach(journal, nameof(OnMessageDiscarded), OnMessageDiscarded);
        Attach(journal, nameof(OnServerError), OnServerError);
        Attach(journal, nameof(OnPermissionViolation), OnPermissionViolation);
        Attach(journal, nameof(OnError), OnError, NatsEventFilter.Errors);
    }

    private static void Attach<TEvent>(
        Journal journal, string name, Func<TEvent, CancellationToken, ValueTask>? callback, NatsEventFilter? filter = null)
        where TEvent : NatsConnectionEvent
    {
        if (callback is not null)
        {
            Start(journal, name, callback, filter);
        }
    }

    // Apart, so that a callback that is not set costs a connection nothing.
    private static void Start<TEvent>(
        Journal journal, string name, Func<TEvent, CancellationToken, ValueTask> callback, NatsEventFilter? filter)
        where TEvent : NatsConnectionEvent
    {
        NatsEventFilter wanted = filter ?? NatsEventFilter.OfType<TEvent>();
        var spec = new ReaderSpec { Name = name, Filter = wanted, From = NatsEventPosition.Now };
        EventPump.Start(journal, spec, (e, ct) => e is TEvent match && (wanted.Includes(e.Kind) || filter is null) ? callback(match, ct) : default);
    }
}
