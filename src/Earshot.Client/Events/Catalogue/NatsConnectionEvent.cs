using System.Text.Json.Serialization;
using Earshot.Events;

namespace Earshot;

/// <summary>The base of all events: kind, time, state, session, outage and attempt. Immutable once it is in the journal.</summary>
/// <remarks>Only the journal sets these members. Events do not reference the connection, and can be stored and serialized.</remarks>
public abstract record NatsConnectionEvent : IExportedEvent
{
    private readonly NatsEventSeverity _severity;
    private long _timestamp; // ticks: of every open connection some events are kept

    private protected NatsConnectionEvent(NatsEventKind kind, NatsEventSeverity severity) => (Kind, _severity) = (kind, severity);

    /// <summary>The kind of the event; its number is stable.</summary>
    [JsonIgnore]
    public NatsEventKind Kind { get; }
    /// <summary>The number of the event in the journal of its connection: 1, 2, 3 and so on without gaps.</summary>
    [JsonInclude, JsonPropertyOrder(-10)]
    public long Sequence { get; internal set; }
    /// <summary>The time of the event in UTC, by the wall clock.</summary>
    [JsonInclude, JsonPropertyOrder(-9)]
    public DateTimeOffset Timestamp { get => new(_timestamp, TimeSpan.Zero); internal set => _timestamp = value.UtcTicks; }
    /// <summary>Monotonic time since the connection object was created.</summary>
    [JsonInclude, JsonPropertyOrder(-8)]
    public TimeSpan Elapsed { get; internal set; }
    /// <summary>The state of the connection before this event.</summary>
    [JsonInclude, JsonPropertyOrder(-7)]
    public NatsConnectionState PreviousState { get; internal set; }
    /// <summary>The state of the connection after this event.</summary>
    [JsonInclude, JsonPropertyOrder(-6)]
    public NatsConnectionState State { get; internal set; }
    /// <summary>The number of the session; 0 before the first, incremented with each completed handshake.</summary>
    [JsonInclude, JsonPropertyOrder(-5)]
    public int SessionId { get; internal set; }
    /// <summary>The number of the outage the event belongs to; 0: none.</summary>
    [JsonInclude, JsonPropertyOrder(-4)]
    public int OutageId { get; internal set; }
    /// <summary>The number of the connect attempt the event belongs to; 0: none.</summary>
    [JsonInclude, JsonPropertyOrder(-3)]
    public int AttemptId { get; internal set; }
    /// <summary>The subject area of the event.</summary>
    [JsonPropertyOrder(-2)]
    public NatsEventCategory Category => (NatsEventCategory)((int)Kind / 100);
    /// <summary>The severity of the event.</summary>
    [JsonPropertyOrder(-2)]
    public NatsEventSeverity Severity => CurrentSeverity;
    /// <summary>The event as one readable line, without control characters.</summary>
    [JsonPropertyOrder(-1)]
    public string Message => EventText.OneLine(Describe());
    /// <summary>The state of the connection at the moment of the event, taken together with <see cref="Sequence"/>.</summary>
    [JsonInclude, JsonPropertyOrder(10)]
    public NatsConnectionSnapshot Snapshot { get; internal set; } = NatsConnectionSnapshot.Empty;
    /// <summary>Number of occurrences that a coalesced event represents; otherwise 1.</summary>
    [JsonInclude, JsonPropertyOrder(9)]
    public int RepeatCount { get; internal set; } = 1;

    /// <summary>Whether events of this kind are evicted first under load.</summary>
    [JsonIgnore]
    internal bool IsCoalescable => EventClasses.Coalescable.Includes(Kind);

    /// <summary>The reader this event is about, which must not receive it; otherwise <see langword="null"/>.</summary>
    [JsonIgnore]
    internal virtual object? About => null;

    /// <summary>The connection run in which the event was appended; streams end with the run in which they were opened.</summary>
    [JsonIgnore]
    internal int Run { get; set; }

    private protected virtual NatsEventSeverity CurrentSeverity => _severity;

    private protected abstract string Describe();

    /// <summary>Calls the method of <paramref name="listener"/> that belongs to this kind.</summary>
    internal abstract ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct);

    /// <summary>Returns the sequence, the kind and the message.</summary>
    public sealed override string ToString() => $"#{Sequence} {Kind}: {Message}";
}
