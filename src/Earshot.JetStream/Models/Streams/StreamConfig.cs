using System.Text.Json;
using System.Text.Json.Serialization;
using Earshot.JetStream.Json;
using Earshot.JetStream.Models;

namespace Earshot.JetStream;

/// <summary>Configuration of a stream. Values that are not set are not sent; the server applies its defaults.</summary>
public record StreamConfig
{
    private StreamConfigRetention _retention;
    private StreamConfigStorage _storage;
    private StreamConfigDiscard _discard;
    private StreamConfigCompression _compression;
    private StreamConfigPersistMode? _persistMode;

    /// <summary>Initializes an empty configuration.</summary>
    public StreamConfig()
    {
    }

    /// <summary>Initializes a configuration with the name and the subjects of the stream.</summary>
    /// <param name="name">The name of the stream.</param>
    /// <param name="subjects">The subjects that the stream stores.</param>
    public StreamConfig(string name, ICollection<string> subjects) => (Name, Subjects) = (name, subjects);

    /// <summary>The name of the stream. Whitespace, dots, wildcards and slashes are not allowed.</summary>
    public string? Name { get; set; }

    /// <summary>A description of the stream, at most 4 KiB.</summary>
    public string? Description { get; set; }

    /// <summary>The subjects that the stream stores; wildcards are allowed.</summary>
    public ICollection<string>? Subjects { get; set; }

    /// <summary>A transformation of subjects that is applied before messages are stored (since server 2.10). Null: none.</summary>
    public SubjectTransform? SubjectTransform { get; set; }

    /// <summary>The maximum number of consumers; 0 or -1: no limit.</summary>
    public int MaxConsumers { get; set; }

    /// <summary>The maximum number of messages; 0 or -1: no limit.</summary>
    public long MaxMsgs { get; set; }

    /// <summary>The maximum number of messages of one subject; 0 or -1: no limit.</summary>
    public long MaxMsgsPerSubject { get; set; }

    /// <summary>The maximum total size of the messages, in bytes; 0 or -1: no limit.</summary>
    public long MaxBytes { get; set; }

    /// <summary>The maximum age of a message; zero: no limit.</summary>
    public TimeSpan MaxAge { get; set; }

    /// <summary>The maximum size of one message, in bytes, including headers; 0 or -1: no limit.</summary>
    public int MaxMsgSize { get; set; }

    /// <summary>The number of replicas, from 1 to 5; 0: one replica.</summary>
    public int NumReplicas { get; set; }

    /// <summary>Whether the server sends no acks for publishes.</summary>
    public bool NoAck { get; set; }

    /// <summary>The name of the template that created the stream. Not used by supported servers.</summary>
    public string? TemplateOwner { get; set; }

    /// <summary>The time for which message ids are remembered to detect duplicates; zero: 2 min or <see cref="MaxAge"/>, whichever is shorter.</summary>
    public TimeSpan DuplicateWindow { get; set; }

    /// <summary>Where the servers should place the stream. Null: no preference.</summary>
    public Placement? Placement { get; set; }

    /// <summary>The stream that this stream mirrors. Null: not a mirror.</summary>
    public StreamSource? Mirror { get; set; }

    /// <summary>The streams from which messages are copied. Null: none.</summary>
    public ICollection<StreamSource>? Sources { get; set; }

    /// <summary>Whether the stream is sealed: messages can neither be added nor removed.</summary>
    public bool Sealed { get; set; }

    /// <summary>Whether messages cannot be deleted through the API.</summary>
    public bool DenyDelete { get; set; }

    /// <summary>Whether the stream cannot be purged through the API.</summary>
    public bool DenyPurge { get; set; }

    /// <summary>Whether the header <c>Nats-Rollup</c> of a message may replace all messages of its subject or of the stream.</summary>
    public bool AllowRollupHdrs { get; set; }

    /// <summary>Whether messages can be read directly from any replica (direct get, since server 2.9).</summary>
    public bool AllowDirect { get; set; }

    /// <summary>Whether the mirror also answers direct gets of the mirrored stream (since server 2.9).</summary>
    public bool MirrorDirect { get; set; }

    /// <summary>Publishes stored messages again, on another subject (since server 2.9). Null: not used.</summary>
    public Republish? Republish { get; set; }

    /// <summary>Whether new messages of a subject that has reached its limit are rejected (since server 2.10).</summary>
    public bool DiscardNewPerSubject { get; set; }

    /// <summary>The sequence of the first message; 0: 1 (since server 2.10).</summary>
    public ulong FirstSeq { get; set; }

    /// <summary>Defaults and limits of the consumers of the stream (since server 2.10). Null: none.</summary>
    public StreamConsumerLimits? ConsumerLimits { get; set; }

    /// <summary>Metadata of the application. Names that begin with <c>_nats.</c> are reserved for the server (since server 2.10).</summary>
    public IDictionary<string, string>? Metadata { get; set; }

    /// <summary>Whether messages may have a time to live, in the header <c>Nats-TTL</c> (since server 2.11).</summary>
    public bool AllowMsgTTL { get; set; }

    /// <summary>The time to live of the marker that is stored when the last message of a subject expires, at least 1 s; zero: no markers (since server 2.11).</summary>
    public TimeSpan SubjectDeleteMarkerTTL { get; set; }

    /// <summary>Whether the messages of the stream are counters (since server 2.12).</summary>
    public bool AllowMsgCounter { get; set; }

    /// <summary>Whether messages may be scheduled (since server 2.12).</summary>
    public bool AllowMsgSchedules { get; set; }

    /// <summary>Whether atomic batches are allowed (since server 2.12).</summary>
    [JsonPropertyName("allow_atomic")]
    public bool AllowAtomicPublish { get; set; }

    /// <summary>Whether fast batches are allowed (since server 2.14).</summary>
    [JsonPropertyName("allow_batched")]
    public bool AllowBatchPublish { get; set; }

    /// <summary>When messages are removed. Default: when a limit is reached.</summary>
    [JsonIgnore]
    public StreamConfigRetention Retention
    {
        get => _retention;
        set => (_retention, Extra) = (value, EnumWords.Forget(Extra, "retention"));
    }

    /// <summary>Where messages are stored. Default: on disk.</summary>
    [JsonIgnore]
    public StreamConfigStorage Storage
    {
        get => _storage;
        set => (_storage, Extra) = (value, EnumWords.Forget(Extra, "storage"));
    }

    /// <summary>Which messages are discarded when a limit is reached. Default: the oldest.</summary>
    [JsonIgnore]
    public StreamConfigDiscard Discard
    {
        get => _discard;
        set => (_discard, Extra) = (value, EnumWords.Forget(Extra, "discard"));
    }

    /// <summary>How stored messages are compressed (since server 2.10). Default: not compressed.</summary>
    [JsonIgnore]
    public StreamConfigCompression Compression
    {
        get => _compression;
        set => (_compression, Extra) = (value, EnumWords.Forget(Extra, "compression"));
    }

    /// <summary>When messages are written to disk (since server 2.12). Null: before the ack is sent.</summary>
    [JsonIgnore]
    public StreamConfigPersistMode? PersistMode
    {
        get => _persistMode;
        set => (_persistMode, Extra) = (value, EnumWords.Forget(Extra, "persist_mode"));
    }

    /// <summary>Fields and values that this version does not define, from a newer server. They are preserved when the configuration is sent back.</summary>
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
