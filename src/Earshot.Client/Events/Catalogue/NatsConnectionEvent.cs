using System.Text.Json.Serialization;
using Earshot.Events;

namespace Earshot;

/// <summary>
/// The envelope of every event: which, when, in which state, in which session, outage and attempt. Immutable once the journal
/// has it; only the journal writes the envelope. Events do not refer to the connection and are safe to store and serialise.
/// </summary>
public abstract record NatsConnectionEvent : IExportedEvent
{
    private readonly NatsEventSeverity _severity;
    private long _timestamp; // ticks: of every open connection some events are kept

    private protected NatsConnectionEvent(NatsEventKind kind, NatsEventSeverity severity) => (Kind, _severity) = (kind, severity);

    /// <summary>The kind; its number is stable.</summary>
    [JsonIgnore]
    public NatsEventKind Kind { get; }
    /// <summary>1, 2, 3, ... per connection without a gap, assigned together with the state change.</summary>
    [JsonInclude, JsonPropertyOrder(-10)]
    public long Sequence { get; internal set; }
    /// <summary>Wall clock, UTC.</summary>
    [JsonInclude, JsonPropertyOrder(-9)]
    public DateTimeOffset Timestamp { get => new(_timestamp, TimeSpan.Zero); internal set => _timestamp = value.UtcTicks; }
    /// <summary>Monotonic time since the connection object was made.</summary>
    [JsonInclude, JsonPropertyOrder(-8)]
    public TimeSpan Elapsed { get; internal set; }
    /// <summary>The state before this event.</summary>
    [JsonInclude, JsonPropertyOrder(-7)]
    public NatsConnectionState PreviousState { get; internal set; }
    /// <summary>The state after this event.</summary>
    [JsonInclude, JsonPropertyOrder(-6)]
    public NatsConnectionState State { get; internal set; }
    /// <summary>0 before the first session, one more with each handshake that completes.</summary>
    [JsonInclude, JsonPropertyOrder(-5)]
    public int SessionId { get; internal set; }
    /// <summary>The outage this belongs to; 0: none.</summary>
    [JsonInclude, JsonPropertyOrder(-4)]
    public int OutageId { get; internal set; }
    /// <summary>The connect attempt this belongs to; 0: none.</summary>
    [JsonInclude, JsonPropertyOrder(-3)]
    public int AttemptId { get; internal set; }
    /// <summary>What it is about.</summary>
    [JsonPropertyOrder(-2)]
    public NatsEventCategory Category => (NatsEventCategory)((int)Kind / 100);
    /// <summary>How much it matters.</summary>
    [JsonPropertyOrder(-2)]
    public NatsEventSeverity Severity => CurrentSeverity;
    /// <summary>One readable line, without control characters.</summary>
    [JsonPropertyOrder(-1)]
    public string Message => EventText.OneLine(Describe());
    /// <summary>The connection at that moment, taken together with <see cref="Sequence"/>.</summary>
    [JsonInclude, JsonPropertyOrder(10)]
    public NatsConnectionSnapshot Snapshot { get; internal set; } = NatsConnectionSnapshot.Empty;
    /// <summary>Above 1 where a coalescable event stands for several.</summary>
    [JsonInclude, JsonPropertyOrder(9)]
    public int RepeatCount { get; internal set; } = 1;

    /// <summary>Whether this kind gives way first under load.</summary>
    [JsonIgnore]
    internal bool IsCoalescable => EventClasses.Coalescable.Includes(Kind);

    /// <summary>The reader this event is about, which must not receive it; otherwise <see langword="null"/>.</summary>
    [JsonIgnore]
    internal virtual object? About => null;

    /// <summary>The life of the connection in which the event was appended; streams end with the life they were opened in.</summary>
    [JsonIgnore]
    internal int Run { get; set; }

    private protected virtual NatsEventSeverity CurrentSeverity => _severity;

    private protected abstract string Describe();

    /// <summary>Calls the method of <paramref name="listener"/> that belongs to this kind.</summary>
    internal abstract ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct);

    /// <summary>Sequence, kind and message.</summary>
    public sealed override string ToString() => $"#{Sequence} {Kind}: {Message}";
}
