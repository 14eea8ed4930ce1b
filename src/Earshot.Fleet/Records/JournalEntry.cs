using System.Text.Json.Serialization;

namespace Earshot.Fleet;

/// <summary>
/// One event of a journal without its snapshot and texts: what is shipped and analysed. Members that a kind of event does not have are null.
/// </summary>
public sealed record JournalEntry
{
    /// <summary>The kind of the event.</summary>
    [JsonPropertyName("k"), JsonConverter(typeof(JsonNumberEnumConverter<NatsEventKind>))]
    public required NatsEventKind Kind { get; init; }

    /// <summary>The number of the event in its journal.</summary>
    [JsonPropertyName("n")]
    public required long Sequence { get; init; }

    /// <summary>The time of the event in UTC, by the clock of the client.</summary>
    [JsonPropertyName("t")]
    public required DateTimeOffset Time { get; init; }

    /// <summary>The number of the session in the connection; 0: none.</summary>
    [JsonPropertyName("s"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Session { get; init; }

    /// <summary>The number of the outage; 0: none.</summary>
    [JsonPropertyName("o"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Outage { get; init; }

    /// <summary>The number of the connect attempt; 0: none.</summary>
    [JsonPropertyName("a"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Attempt { get; init; }

    /// <summary>The reason, as the name of its enumeration member.</summary>
    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    /// <summary>The phase in which an attempt failed.</summary>
    [JsonPropertyName("phase")]
    public NatsConnectPhase? Phase { get; init; }

    /// <summary>The duration of what the event reports, in seconds.</summary>
    [JsonPropertyName("duration")]
    public double? Duration { get; init; }

    /// <summary>The server that the event is about.</summary>
    [JsonPropertyName("srv")]
    public JournalServer? Server { get; init; }

    /// <summary>The id that the server gave the client (<c>cid</c>).</summary>
    [JsonPropertyName("cid")]
    public ulong? ClientId { get; init; }

    /// <summary>The address of the client as the server sees it, without its port.</summary>
    [JsonPropertyName("ip")]
    public string? Ip { get; init; }

    /// <summary>The type of the exception; its text is never kept.</summary>
    [JsonPropertyName("ex")]
    public string? Exception { get; init; }

    /// <summary>How many attempts, messages, requests or subscriptions the event is about.</summary>
    [JsonPropertyName("count")]
    public long? Count { get; init; }

    /// <summary>The length of the time in which messages may have been missed, in seconds.</summary>
    [JsonPropertyName("window")]
    public double? Window { get; init; }

    /// <summary>The number of the first event that the entry represents, where it represents several; null: only its own.</summary>
    [JsonPropertyName("from")]
    public long? FirstSequence { get; init; }

    /// <summary>How many events of the journal the entry represents, where failed attempts are folded into one entry; null: one.</summary>
    [JsonPropertyName("events")]
    public int? Events { get; init; }

    /// <summary>The time of the first event that the entry represents; null: it is that of its own.</summary>
    [JsonPropertyName("since")]
    public DateTimeOffset? FirstTime { get; init; }

    /// <summary>The shortest duration of the events that the entry represents, in seconds.</summary>
    [JsonPropertyName("min")]
    public double? MinDuration { get; init; }

    /// <summary>The median duration of the events that the entry represents, in seconds, to within 15 %.</summary>
    [JsonPropertyName("med")]
    public double? MedianDuration { get; init; }

    /// <summary>The longest duration of the events that the entry represents, in seconds.</summary>
    [JsonPropertyName("max")]
    public double? MaxDuration { get; init; }

    /// <summary>How many numbers since earlier entries belong to events that are never shipped: kinds of high frequency, and events about the shipper itself.</summary>
    [JsonPropertyName("skip")]
    public long? Skipped { get; init; }

    /// <summary>How many events since earlier entries the shipper dropped because its outbox was full.</summary>
    [JsonPropertyName("drop")]
    public long? Dropped { get; init; }
}
