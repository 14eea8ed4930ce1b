using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.Server.JetStream;

/// <summary>The configuration of a stream. Durations are in nanoseconds. What is not implemented is read, so that it can be refused by name.</summary>
internal sealed record StreamConfig : IStrictModel
{
    public string Name { get; init; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Description { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Subjects { get; init; }

    public string Retention { get; init; } = "limits";

    public int MaxConsumers { get; init; }

    public long MaxMsgs { get; init; }

    public long MaxBytes { get; init; }

    public long MaxAge { get; init; }

    public long MaxMsgsPerSubject { get; init; }

    public int MaxMsgSize { get; init; }

    public string Discard { get; init; } = "old";

    public string Storage { get; init; } = "file";

    public int NumReplicas { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NoAck { get; init; }

    public long DuplicateWindow { get; init; }

    public string Compression { get; init; } = "none";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ulong FirstSeq { get; init; }

    public bool AllowDirect { get; init; }

    public bool MirrorDirect { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool DiscardNewPerSubject { get; init; }

    public bool Sealed { get; init; }

    public bool DenyDelete { get; init; }

    public bool DenyPurge { get; init; }

    public bool AllowRollupHdrs { get; init; }

    public ConsumerLimits ConsumerLimits { get; init; } = new();

    public bool AllowMsgTtl { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long SubjectDeleteMarkerTtl { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AllowMsgCounter { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AllowAtomic { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AllowBatched { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AllowMsgSchedules { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PersistMode { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TemplateOwner { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Placement { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Mirror { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Sources { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? SubjectTransform { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Republish { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Pedantic { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extra { get; set; }

    [JsonIgnore]
    public bool IsFile => Storage == "file";

    [JsonIgnore]
    public bool DiscardsNew => Discard == "new";

    [JsonIgnore]
    public bool IsWorkQueue => Retention == "workqueue";

    [JsonIgnore]
    public bool IsInterest => Retention == "interest";

    [JsonIgnore]
    public IReadOnlyList<IStrictModel> Parts => [ConsumerLimits];
}
