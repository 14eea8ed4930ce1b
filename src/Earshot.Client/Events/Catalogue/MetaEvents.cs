using Earshot.Events;

// The records of events about listening, callbacks and the client itself. Owns payload, severity and wording of each; never decides when one happens.
namespace Earshot;

/// <summary>This reader fell behind by a whole ring; stands in the place of the events it missed, with a fresh snapshot. Made per reader.</summary>
public sealed record NatsEventsMissedEvent() : NatsConnectionEvent(NatsEventKind.EventsMissed, NatsEventSeverity.Warning)
{
    /// <summary>The first one missed.</summary>
    public long FromSequence { get; init; }
    /// <summary>The last one missed; also the sequence of this event.</summary>
    public long ToSequence { get; init; }
    /// <summary>How many of each kind, as far as still known.</summary>
    public required IReadOnlyDictionary<NatsEventKind, int> Counts { get; init; }
    private protected override string Describe() => $"missed events {FromSequence} to {ToSequence}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnEventsMissedAsync(this, ct);
}

/// <summary>A listener threw; not delivered to that listener.</summary>
public sealed record NatsListenerFaultedEvent() : NatsConnectionEvent(NatsEventKind.ListenerFaulted, NatsEventSeverity.Error)
{
    /// <summary>Which listener.</summary>
    public required string Listener { get; init; }
    /// <summary>What it threw.</summary>
    public required Exception Exception { get; init; }
    /// <summary>The event it was given.</summary>
    public required NatsConnectionEvent Event { get; init; }
    /// <summary>How many times in a row.</summary>
    public int Consecutive { get; init; }
    /// <summary>Whether it is no longer called.</summary>
    public bool Detached { get; init; }
    /// <summary>The listener itself.</summary>
    internal object? Reader { get; init; }
    internal override object? About => Reader;
    private protected override string Describe() =>
        $"listener {Listener} threw on event {Event.Sequence} ({Event.Kind}){EventText.Because(null, Exception)}{(Detached ? ", detached" : "")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnListenerFaultedAsync(this, ct);
}

/// <summary>A listener runs for too long; not delivered to that listener.</summary>
public sealed record NatsListenerStalledEvent() : NatsConnectionEvent(NatsEventKind.ListenerStalled, NatsEventSeverity.Warning)
{
    /// <summary>Which listener.</summary>
    public required string Listener { get; init; }
    /// <summary>For how long so far.</summary>
    public TimeSpan Running { get; init; }
    /// <summary>Events that wait for it.</summary>
    public int Backlog { get; init; }
    /// <summary>The listener itself.</summary>
    internal object? Reader { get; init; }
    internal override object? About => Reader;
    private protected override string Describe() => $"listener {Listener} has been running for {EventText.Of(Running)}, {Backlog} events wait";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnListenerStalledAsync(this, ct);
}

/// <summary>A callback of the options threw.</summary>
public sealed record NatsCallbackFaultedEvent() : NatsConnectionEvent(NatsEventKind.CallbackFaulted, NatsEventSeverity.Error)
{
    /// <summary>Which one.</summary>
    public NatsOptionCallback Callback { get; init; }
    /// <summary>What it threw.</summary>
    public required Exception Exception { get; init; }
    /// <summary>What the client does instead.</summary>
    public required string Fallback { get; init; }
    private protected override string Describe() => $"callback {Callback} threw{EventText.Because(null, Exception)}; instead: {Fallback}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnCallbackFaultedAsync(this, ct);
}

/// <summary>A protocol line; only for those who ask for this kind by name.</summary>
public sealed record NatsProtocolTraceEvent() : NatsConnectionEvent(NatsEventKind.ProtocolTrace, NatsEventSeverity.Trace)
{
    /// <summary>Which way it went.</summary>
    public NatsTraceDirection Direction { get; init; }
    /// <summary>The line, secrets removed, without payload.</summary>
    public ReadOnlyMemory<byte> Line { get; init; }
    private protected override string Describe() => $"{(Direction == NatsTraceDirection.Inbound ? "<-" : "->")} {System.Text.Encoding.UTF8.GetString(Line.Span)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnProtocolTraceAsync(this, ct);
}

/// <summary>The options or the environment are not what they should be.</summary>
public sealed record NatsConfigurationWarningEvent() : NatsConnectionEvent(NatsEventKind.ConfigurationWarning, NatsEventSeverity.Warning)
{
    /// <summary>A short stable word for it.</summary>
    public required string Code { get; init; }
    /// <summary>What it means.</summary>
    public required string Text { get; init; }
    private protected override string Describe() => $"configuration: {Text} [{Code}]";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnConfigurationWarningAsync(this, ct);
}

/// <summary>A loop of the client died.</summary>
public sealed record NatsInternalFaultEvent() : NatsConnectionEvent(NatsEventKind.InternalFault, NatsEventSeverity.Critical)
{
    /// <summary>Why.</summary>
    public required Exception Exception { get; init; }
    /// <summary>Whether it runs again.</summary>
    public bool Restarted { get; init; }
    private protected override string Describe() => $"internal fault{EventText.Because(null, Exception)}{(Restarted ? ", restarted" : "")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnInternalFaultAsync(this, ct);
}

/// <summary>Which way a traced protocol line went.</summary>
public enum NatsTraceDirection
{
    /// <summary>From the server.</summary>
    Inbound,
    /// <summary>To the server.</summary>
    Outbound,
}

/// <summary>Which callback of the options threw.</summary>
public enum NatsOptionCallback
{
    /// <summary>The delay before an attempt.</summary>
    ReconnectDelay,
    /// <summary>The choice of a server.</summary>
    ReconnectToServer,
    /// <summary>The credentials.</summary>
    Auth,
    /// <summary>The TLS options.</summary>
    TlsConfig,
    /// <summary>The dialler.</summary>
    Dialer,
    /// <summary>The choice of the next server (<c>NatsOpts.ServerSelector</c>).</summary>
    ServerSelector,
    /// <summary>Which advertised servers are taken into the pool (<c>NatsOpts.DiscoveredServerFilter</c>).</summary>
    DiscoveredServerFilter,
}
