using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.Server.JetStream;

/// <summary>The configuration of a stream. Durations are in nanoseconds. What is not implemented is read, so that it can be refused by name.</summary>
internal sealed record StreamConfig : IStrictModel
{
    public string Name { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Description { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Subjects { get; set; }

    public string Retention { get; set; } = "limits";

    public int MaxConsumers { get; set; }

    public long MaxMsgs { get; set; }

    public long MaxBytes { get; set; }

    public long MaxAge { get; set; }

    public long MaxMsgsPerSubject { get; set; }

    public int MaxMsgSize { get; set; }

    public string Discard { get; set; } = "old";

    public string Storage { get; set; } = "file";

    public int NumReplicas { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NoAck { get; set; }

    public long DuplicateWindow { get; set; }

    public string Compression { get; set; } = "none";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ulong FirstSeq { get; set; }

    public bool AllowDirect { get; set; }

    public bool MirrorDirect { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool DiscardNewPerSubject { get; set; }

    public bool Sealed { get; set; }

    public bool DenyDelete { get; set; }

    public bool DenyPurge { get; set; }

    public bool AllowRollupHdrs { get; set; }

    public ConsumerLimits ConsumerLimits { get; set; } = new();

    public bool AllowMsgTtl { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long SubjectDeleteMarkerTtl { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AllowMsgCounter { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AllowAtomic { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AllowBatched { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AllowMsgSchedules { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PersistMode { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TemplateOwner { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Placement { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Mirror { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Sources { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? SubjectTransform { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Republish { get; set; }

    public IReadOnlyDictionary<string, string>? Metadata { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Pedantic { get; set; }

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

    /// <summary>The level of the API that a server must have for it.</summary>
    [JsonIgnore]
    public int RequiredLevel => AllowBatched ? 4 : AllowMsgCounter || AllowAtomic || AllowMsgSchedules || PersistMode == "async" ? 2 : AllowMsgTtl ? 1 : 0;

    [JsonIgnore]
    public IReadOnlyList<IStrictModel> Parts => [ConsumerLimits];
}
