using Earshot.Events;
using Earshot.Timing;

namespace Earshot;

/// <summary>The .NET events of a connection, with the names that the official client uses and some more.</summary>
/// <remarks>
/// Handlers are awaited. All handlers of all these events of one connection are called one after another, in the order of the journal;
/// one that blocks delays the others and nothing else. An exception of a handler becomes <see cref="NatsListenerFaultedEvent"/>.
/// Handlers can be added and removed at any time, from any thread.
/// </remarks>
public abstract class NatsConnectionEvents
{
    private DotNetEvents? _events; // made with the first handler

    private protected NatsConnectionEvents()
    {
    }

    /// <summary>Occurs when a session ended, whatever the cause.</summary>
    public event AsyncEventHandler<NatsEventArgs> ConnectionDisconnected
    {
        add => Add(DotNetEvent.ConnectionDisconnected, value, NatsEventKind.Disconnected);
        remove => Remove(DotNetEvent.ConnectionDisconnected, value);
    }

    /// <summary>Occurs when a session is open, the first one or a later one.</summary>
    public event AsyncEventHandler<NatsEventArgs> ConnectionOpened
    {
        add => Add(DotNetEvent.ConnectionOpened, value, NatsEventKind.Connected, NatsEventKind.Reconnected);
        remove => Remove(DotNetEvent.ConnectionOpened, value);
    }

    /// <summary>Occurs when a session is open after an outage.</summary>
    public event AsyncEventHandler<NatsEventArgs> ConnectionReconnected
    {
        add => Add(DotNetEvent.ConnectionReconnected, value, NatsEventKind.Reconnected);
        remove => Remove(DotNetEvent.ConnectionReconnected, value);
    }

    /// <summary>Occurs when the connection is closed for good.</summary>
    public event AsyncEventHandler<NatsEventArgs> ConnectionClosed
    {
        add => Add(DotNetEvent.ConnectionClosed, value, NatsEventKind.Closed);
        remove => Remove(DotNetEvent.ConnectionClosed, value);
    }

    /// <summary>Occurs when a connect attempt failed in an outage, or at the first connect when it is retried.</summary>
    public event AsyncEventHandler<NatsEventArgs> ReconnectFailed
    {
        add => Events.Add(DotNetEvent.ReconnectFailed, value, ReconnectFailure, NatsEventFilter.Of(NatsEventKind.ConnectAttemptFailed));
        remove => Remove(DotNetEvent.ReconnectFailed, value);
    }

    /// <summary>Occurs when inbound messages were dropped; at most once per second and subscription.</summary>
    public event AsyncEventHandler<NatsMessageDroppedEventArgs> MessageDropped
    {
        add => Events.Add(DotNetEvent.MessageDropped, value, e => new NatsMessageDroppedEventArgs((NatsMessageDroppedEvent)e), NatsEventFilter.Of(NatsEventKind.MessageDropped));
        remove => Remove(DotNetEvent.MessageDropped, value);
    }

    /// <summary>Occurs when a subscription becomes a slow consumer because its queue is full.</summary>
    public event AsyncEventHandler<NatsSlowConsumerEventArgs> SlowConsumerDetected
    {
        add => Events.Add(DotNetEvent.SlowConsumerDetected, value, e => new NatsSlowConsumerEventArgs((NatsSlowConsumerEvent)e), NatsEventFilter.Of(NatsEventKind.SlowConsumer));
        remove => Remove(DotNetEvent.SlowConsumerDetected, value);
    }

    /// <summary>Occurs when the server enters lame duck mode.</summary>
    public event AsyncEventHandler<NatsLameDuckModeActivatedEventArgs> LameDuckModeActivated
    {
        add => Events.Add(DotNetEvent.LameDuckModeActivated, value, e => new NatsLameDuckModeActivatedEventArgs((NatsLameDuckModeEvent)e), NatsEventFilter.Of(NatsEventKind.LameDuckMode));
        remove => Remove(DotNetEvent.LameDuckModeActivated, value);
    }

    /// <summary>Occurs when the server sent an error (-ERR).</summary>
    public event AsyncEventHandler<NatsServerErrorEventArgs> ServerError
    {
        add => Events.Add(DotNetEvent.ServerError, value, e => new NatsServerErrorEventArgs((NatsServerErrorEvent)e), NatsEventFilter.Of(NatsEventKind.ServerError));
        remove => Remove(DotNetEvent.ServerError, value);
    }

    /// <summary>Occurs when a server advertised servers that were not known.</summary>
    public event AsyncEventHandler<NatsEventArgs> ServersDiscovered
    {
        add => Add(DotNetEvent.ServersDiscovered, value, NatsEventKind.DiscoveredServers);
        remove => Remove(DotNetEvent.ServersDiscovered, value);
    }

    /// <summary>Occurs for every event of the category <see cref="NatsEventCategory.Error"/>.</summary>
    public event AsyncEventHandler<NatsEventArgs> ErrorOccurred
    {
        add => Events.Add(DotNetEvent.ErrorOccurred, value, e => new NatsEventArgs(e), NatsEventFilter.Errors);
        remove => Remove(DotNetEvent.ErrorOccurred, value);
    }

    private DotNetEvents Events => Lazily.Get(ref _events, this, static source => new DotNetEvents(source.Journal, source));

    /// <summary>What the handlers read.</summary>
    private protected abstract Journal Journal { get; }

    private static NatsEventArgs? ReconnectFailure(NatsConnectionEvent e) =>
        e.OutageId > 0 || e is NatsConnectAttemptFailedEvent { WillRetry: true } ? new NatsEventArgs(e) : null;

    private void Add(DotNetEvent name, AsyncEventHandler<NatsEventArgs>? handler, params ReadOnlySpan<NatsEventKind> kinds) =>
        Events.Add(name, handler, e => new NatsEventArgs(e), NatsEventFilter.Of(kinds));

    private void Remove(DotNetEvent name, Delegate? handler) => Events.Remove(name, handler);
}
