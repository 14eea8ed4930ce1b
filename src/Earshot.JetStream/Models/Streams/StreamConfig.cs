using System.Text.Json;
using System.Text.Json.Serialization;
using Earshot.JetStream.Json;
using Earshot.JetStream.Models;

namespace Earshot.JetStream;

/// <summary>Configuration of a stream. Values that are not set are not sent, so the server decides them.</summary>
public record StreamConfig
{
    private StreamConfigRetention _retention;
    private StreamConfigStorage _storage;
    private StreamConfigDiscard _discard;
    private StreamConfigCompression _compression;
    private StreamConfigPersistMode? _persistMode;

    /// <summary>Makes an empty configuration.</summary>
    public StreamConfig()
    {
    }

    /// <summary>Makes a configuration.</summary>
    /// <param name="name">Name of the stream.</param>
    /// <param name="subjects">What it stores.</param>
    public StreamConfig(string name, ICollection<string> subjects) => (Name, Subjects) = (name, subjects);

    /// <summary>Name of the stream: no blanks, dots, wildcards or slashes.</summary>
    public string? Name { get; set; }

    /// <summary>Text for people, at most 4 KiB.</summary>
    public string? Description { get; set; }

    /// <summary>What the stream stores; wildcards allowed.</summary>
    public ICollection<string>? Subjects { get; set; }

    /// <summary>Maps subjects before they are stored (since 2.10).</summary>
    public SubjectTransform? SubjectTransform { get; set; }

    /// <summary>Most consumers; 0 or -1: no limit.</summary>
    public int MaxConsumers { get; set; }

    /// <summary>Most messages; 0 or -1: no limit.</summary>
    public long MaxMsgs { get; set; }

    /// <summary>Most messages of one subject; 0 or -1: no limit.</summary>
    public long MaxMsgsPerSubject { get; set; }

    /// <summary>Most bytes; 0 or -1: no limit.</summary>
    public long MaxBytes { get; set; }

    /// <summary>Longest age of a message; zero: no limit.</summary>
    public TimeSpan MaxAge { get; set; }

    /// <summary>Largest message in bytes, headers included; 0 or -1: no limit.</summary>
    public int MaxMsgSize { get; set; }

    /// <summary>Number of replicas, 1 to 5; 0: one.</summary>
    public int NumReplicas { get; set; }

    /// <summary>Publishes are not acknowledged.</summary>
    public bool NoAck { get; set; }

    /// <summary>The template that made it.</summary>
    public string? TemplateOwner { get; set; }

    /// <summary>How long message ids are remembered; zero: 2 min or <see cref="MaxAge"/>, whichever is shorter.</summary>
    public TimeSpan DuplicateWindow { get; set; }

    /// <summary>Where it is to live.</summary>
    public Placement? Placement { get; set; }

    /// <summary>The stream it mirrors.</summary>
    public StreamSource? Mirror { get; set; }

    /// <summary>The streams it takes messages from.</summary>
    public ICollection<StreamSource>? Sources { get; set; }

    /// <summary>Nothing can be changed any more.</summary>
    public bool Sealed { get; set; }

    /// <summary>Messages cannot be deleted.</summary>
    public bool DenyDelete { get; set; }

    /// <summary>It cannot be purged.</summary>
    public bool DenyPurge { get; set; }

    /// <summary>A message may replace all messages of its subject or of the stream.</summary>
    public bool AllowRollupHdrs { get; set; }

    /// <summary>Messages can be read from any replica (since 2.9).</summary>
    public bool AllowDirect { get; set; }

    /// <summary>Direct reads of the mirrored stream are answered here too (since 2.9).</summary>
    public bool MirrorDirect { get; set; }

    /// <summary>Publish again what is stored (since 2.9).</summary>
    public Republish? Republish { get; set; }

    /// <summary>Refuse new messages of a subject that is at its limit (since 2.10).</summary>
    public bool DiscardNewPerSubject { get; set; }

    /// <summary>Sequence of the first message (since 2.10); 0: 1.</summary>
    public ulong FirstSeq { get; set; }

    /// <summary>Defaults and limits of its consumers (since 2.10).</summary>
    public StreamConsumerLimits? ConsumerLimits { get; set; }

    /// <summary>Further information; names that begin with <c>_nats.</c> are the server's (since 2.10).</summary>
    public IDictionary<string, string>? Metadata { get; set; }

    /// <summary>Messages may have a time to live (since 2.11).</summary>
    public bool AllowMsgTTL { get; set; }

    /// <summary>How long a marker stays when the last message of a subject expires, at least 1 s; zero: no markers (since 2.11).</summary>
    public TimeSpan SubjectDeleteMarkerTTL { get; set; }

    /// <summary>Messages count (since 2.12).</summary>
    public bool AllowMsgCounter { get; set; }

    /// <summary>Messages may be schedules (since 2.12).</summary>
    public bool AllowMsgSchedules { get; set; }

    /// <summary>Atomic batches are allowed (since 2.12).</summary>
    [JsonPropertyName("allow_atomic")]
    public bool AllowAtomicPublish { get; set; }

    /// <summary>Fast batches are allowed (since 2.14).</summary>
    [JsonPropertyName("allow_batched")]
    public bool AllowBatchPublish { get; set; }

    /// <summary>When messages are dropped.</summary>
    [JsonIgnore]
    public StreamConfigRetention Retention
    {
        get => _retention;
        set => (_retention, Extra) = (value, EnumWords.Forget(Extra, "retention"));
    }

    /// <summary>Where messages are kept.</summary>
    [JsonIgnore]
    public StreamConfigStorage Storage
    {
        get => _storage;
        set => (_storage, Extra) = (value, EnumWords.Forget(Extra, "storage"));
    }

    /// <summary>What happens when a limit is reached.</summary>
    [JsonIgnore]
    public StreamConfigDiscard Discard
    {
        get => _discard;
        set => (_discard, Extra) = (value, EnumWords.Forget(Extra, "discard"));
    }

    /// <summary>How stored messages are compressed (since 2.10).</summary>
    [JsonIgnore]
    public StreamConfigCompression Compression
    {
        get => _compression;
        set => (_compression, Extra) = (value, EnumWords.Forget(Extra, "compression"));
    }

    /// <summary>When it writes to disk (since 2.12). Null: before the ack.</summary>
    [JsonIgnore]
    public StreamConfigPersistMode? PersistMode
    {
        get => _persistMode;
        set => (_persistMode, Extra) = (value, EnumWords.Forget(Extra, "persist_mode"));
    }

    /// <summary>Fields and words that this version does not know; they are kept and sent back.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }

    [JsonInclude, JsonPropertyName("retention")]
    internal string? RetentionWord
    {
        get => EnumWords.Write(ModelWords.StreamConfigRetention, _retention);
        set => (_retention, Extra) = EnumWords.Read(ModelWords.StreamConfigRetention, value, Extra, "retention");
    }

    [JsonInclude, JsonPropertyName("storage")]
    internal string? StorageWord
    {
        get => EnumWords.Write(ModelWords.StreamConfigStorage, _storage);
        set => (_storage, Extra) = EnumWords.Read(ModelWords.StreamConfigStorage, value, Extra, "storage");
    }

    [JsonInclude, JsonPropertyName("discard")]
    internal string? DiscardWord
    {
        get => EnumWords.Write(ModelWords.StreamConfigDiscard, _discard);
        set => (_discard, Extra) = EnumWords.Read(ModelWords.StreamConfigDiscard, value, Extra, "discard");
    }

    [JsonInclude, JsonPropertyName("compression")]
    internal string? CompressionWord
    {
        get => EnumWords.Write(ModelWords.StreamConfigCompression, _compression);
        set => (_compression, Extra) = EnumWords.Read(ModelWords.StreamConfigCompression, value, Extra, "compression");
    }

    [JsonInclude, JsonPropertyName("persist_mode")]
    internal string? PersistModeWord
    {
        get => EnumWords.Write(ModelWords.StreamConfigPersistMode, _persistMode);
        set => (_persistMode, Extra) = EnumWords.Read(ModelWords.StreamConfigPersistMode, value, Extra, "persist_mode");
    }
}
