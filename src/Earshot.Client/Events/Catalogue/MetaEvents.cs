using Earshot.Events;

// The records of events about listening, callbacks and the client itself. Defines payload, severity and message of each; does not decide when one is emitted.
namespace Earshot;

public partial interface INatsConnectionListener
{
    /// <summary>Called for <see cref="NatsEventKind.EventsMissed"/>: this reader fell behind and missed events.</summary>
    ValueTask OnEventsMissedAsync(NatsEventsMissedEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.ListenerFaulted"/>: a listener threw an exception.</summary>
    ValueTask OnListenerFaultedAsync(NatsListenerFaultedEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.ListenerStalled"/>: a listener call exceeds <see cref="NatsOpts.HandlerStallThreshold"/>.</summary>
    ValueTask OnListenerStalledAsync(NatsListenerStalledEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.CallbackFaulted"/>: a callback of the options threw an exception or timed out.</summary>
    ValueTask OnCallbackFaultedAsync(NatsCallbackFaultedEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.ProtocolTrace"/>: a line of the protocol.</summary>
    ValueTask OnProtocolTraceAsync(NatsProtocolTraceEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.ConfigurationWarning"/>: the options or the environment have a problem that the connection tolerates.</summary>
    ValueTask OnConfigurationWarningAsync(NatsConfigurationWarningEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.InternalFault"/>: a loop of the client failed.</summary>
    ValueTask OnInternalFaultAsync(NatsInternalFaultEvent e, CancellationToken ct) => default;
}

/// <summary>This reader fell behind and missed events. It takes the place of the missed events, with a new snapshot. Raised per reader.</summary>
public sealed record NatsEventsMissedEvent() : NatsConnectionEvent(NatsEventKind.EventsMissed, NatsEventSeverity.Warning)
{
    /// <summary>The sequence of the first missed event.</summary>
    public long FromSequence { get; init; }
    /// <summary>The sequence of the last missed event, and of this event.</summary>
    public long ToSequence { get; init; }
    /// <summary>Number of missed events per kind, as far as known.</summary>
    public required IReadOnlyDictionary<NatsEventKind, int> Counts { get; init; }
    private protected override string Describe() => $"missed events {FromSequence} to {ToSequence}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnEventsMissedAsync(this, ct);
}

/// <summary>A listener threw an exception. Not delivered to that listener.</summary>
public sealed record NatsListenerFaultedEvent() : NatsConnectionEvent(NatsEventKind.ListenerFaulted, NatsEventSeverity.Error)
{
    /// <summary>The name of the listener.</summary>
    public required string Listener { get; init; }
    /// <summary>The exception that was thrown.</summary>
    public required Exception Exception { get; init; }
    /// <summary>The event the listener was given.</summary>
    public required NatsConnectionEvent Event { get; init; }
    /// <summary>Number of consecutive faults of the listener.</summary>
    public int ConsecutiveFaults { get; init; }
    /// <summary>Whether the listener is detached.</summary>
    public bool Detached { get; init; }
    /// <summary>The listener itself.</summary>
    internal object? Reader { get; init; }
    internal override object? About => Reader;
    private protected override string Describe() =>
        $"listener {Listener} threw on event {Event.Sequence} {Event.Kind}{EventText.Because(null, Exception)}{(Detached ? ", detached" : "")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnListenerFaultedAsync(this, ct);
}

/// <summary>A listener call exceeds <see cref="NatsOpts.HandlerStallThreshold"/>. Not delivered to that listener.</summary>
public sealed record NatsListenerStalledEvent() : NatsConnectionEvent(NatsEventKind.ListenerStalled, NatsEventSeverity.Warning)
{
    /// <summary>The name of the listener.</summary>
    public required string Listener { get; init; }
    /// <summary>The duration of the call so far.</summary>
    public TimeSpan RunningTime { get; init; }
    /// <summary>Number of events that wait for the listener.</summary>
    public int Backlog { get; init; }
    /// <summary>The listener itself.</summary>
    internal object? Reader { get; init; }
    internal override object? About => Reader;
    private protected override string Describe() => $"listener {Listener} has been running for {EventText.Of(RunningTime)}, {Backlog} events pending";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnListenerStalledAsync(this, ct);
}

/// <summary>A callback of the options threw an exception or timed out.</summary>
public sealed record NatsCallbackFaultedEvent() : NatsConnectionEvent(NatsEventKind.CallbackFaulted, NatsEventSeverity.Error)
{
    /// <summary>The callback that failed.</summary>
    public NatsOptionCallback Callback { get; init; }
    /// <summary>The exception that was thrown.</summary>
    public required Exception Exception { get; init; }
    /// <summary>What the client does instead.</summary>
    public required string Fallback { get; init; }
    private protected override string Describe() => $"callback {Callback} threw{EventText.Because(null, Exception)}; instead: {Fallback}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnCallbackFaultedAsync(this, ct);
}

/// <summary>A line of the protocol. Raised only for readers that ask for this kind by name.</summary>
public sealed record NatsProtocolTraceEvent() : NatsConnectionEvent(NatsEventKind.ProtocolTrace, NatsEventSeverity.Trace)
{
    /// <summary>The direction of the line.</summary>
    public NatsTraceDirection Direction { get; init; }
    /// <summary>The line without secrets and payload.</summary>
    public ReadOnlyMemory<byte> Line { get; init; }
    private protected override string Describe() => $"{(Direction == NatsTraceDirection.Inbound ? "<-" : "->")} {System.Text.Encoding.UTF8.GetString(Line.Span)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnProtocolTraceAsync(this, ct);
}

/// <summary>The options or the environment have a problem that the connection tolerates.</summary>
public sealed record NatsConfigurationWarningEvent() : NatsConnectionEvent(NatsEventKind.ConfigurationWarning, NatsEventSeverity.Warning)
{
    /// <summary>A short stable name of the problem.</summary>
    public required string Code { get; init; }
    /// <summary>A description of the problem.</summary>
    public required string Text { get; init; }
    private protected override string Describe() => $"configuration: {Text} [{Code}]";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnConfigurationWarningAsync(this, ct);
}

/// <summary>A loop of the client failed.</summary>
public sealed record NatsInternalFaultEvent() : NatsConnectionEvent(NatsEventKind.InternalFault, NatsEventSeverity.Critical)
{
    /// <summary>The exception that ended the loop.</summary>
    public required Exception Exception { get; init; }
    /// <summary>Whether the loop was restarted.</summary>
    public bool Restarted { get; init; }
    private protected override string Describe() => $"internal fault{EventText.Because(null, Exception)}{(Restarted ? ", restarted" : "")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnInternalFaultAsync(this, ct);
}

/// <summary>The direction of a traced protocol line.</summary>
public enum NatsTraceDirection
{
    /// <summary>From the server to the client.</summary>
    Inbound,
    /// <summary>From the client to the server.</summary>
    Outbound,
}

/// <summary>The callback of the options that failed.</summary>
public enum NatsOptionCallback
{
    /// <summary><see cref="NatsOpts.ReconnectDelay"/>, which returns the delay before a round.</summary>
    ReconnectDelay,
    /// <summary><see cref="NatsAuthOpts.AuthCredCallback"/> or <see cref="NatsAuthOpts.SignatureCallback"/>, which provide credentials.</summary>
    Auth,
    /// <summary>A callback of <see cref="NatsTlsOpts"/>.</summary>
    TlsConfig,
    /// <summary>A callback or factory that establishes transport connections.</summary>
    Dialer,
    /// <summary><see cref="NatsOpts.ServerSelector"/>, which selects the server of an attempt.</summary>
    ServerSelector,
    /// <summary><see cref="NatsOpts.DiscoveredServerFilter"/>, which decides whether an advertised server joins the pool.</summary>
    DiscoveredServerFilter,
}
