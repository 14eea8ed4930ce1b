using System.Text.Json;
using System.Text.Json.Serialization;
using Earshot.JetStream.Json;
using Earshot.JetStream.Models;

namespace Earshot.JetStream;

/// <summary>Configuration of a consumer. Values that are not set are not sent, so the server decides them.</summary>
public record ConsumerConfig
{
    private ConsumerConfigDeliverPolicy _deliverPolicy;
    private ConsumerConfigAckPolicy _ackPolicy;
    private ConsumerConfigReplayPolicy _replayPolicy;
    private ConsumerConfigPriorityPolicy? _priorityPolicy;

    /// <summary>Makes an empty configuration.</summary>
    public ConsumerConfig()
    {
    }

    /// <summary>Makes the configuration of a durable consumer.</summary>
    /// <param name="name">Its name.</param>
    public ConsumerConfig(string name) => (Name, DurableName) = (name, name);

    /// <summary>First sequence, for the policy by start sequence.</summary>
    public ulong OptStartSeq { get; set; }

    /// <summary>Time of the first message, for the policy by start time.</summary>
    public DateTimeOffset OptStartTime { get; set; }

    /// <summary>Name of a durable consumer.</summary>
    public string? DurableName { get; set; }

    /// <summary>Name of the consumer. Null: <see cref="DurableName"/>, or one that is made.</summary>
    public string? Name { get; set; }

    /// <summary>Text for people, at most 4 KiB.</summary>
    public string? Description { get; set; }

    /// <summary>Subject of a push consumer. Null: it is pulled.</summary>
    public string? DeliverSubject { get; set; }

    /// <summary>Queue group of a push consumer.</summary>
    public string? DeliverGroup { get; set; }

    /// <summary>After this time without an ack a message is delivered again; zero: 30 s.</summary>
    public TimeSpan AckWait { get; set; }

    /// <summary>How often a message is delivered; 0 or -1: no limit.</summary>
    public long MaxDeliver { get; set; }

    /// <summary>Only this subject; wildcards allowed. Excludes <see cref="FilterSubjects"/>.</summary>
    public string? FilterSubject { get; set; }

    /// <summary>Only these subjects (since 2.10). Excludes <see cref="FilterSubject"/>.</summary>
    public ICollection<string>? FilterSubjects { get; set; }

    /// <summary>Share of acks that the server reports, in percent.</summary>
    public string? SampleFreq { get; set; }

    /// <summary>Most bits per second of a push consumer; 0: no limit.</summary>
    public long RateLimitBps { get; set; }

    /// <summary>Most messages without an ack; 0: 1,000, -1: no limit.</summary>
    public long MaxAckPending { get; set; }

    /// <summary>How often a push consumer says that it is alive.</summary>
    public TimeSpan IdleHeartbeat { get; set; }

    /// <summary>A push consumer waits for answers to flow control.</summary>
    public bool FlowControl { get; set; }

    /// <summary>Most pulls that wait; 0: 512.</summary>
    public long MaxWaiting { get; set; }

    /// <summary>Not for clients.</summary>
    public bool Direct { get; set; }

    /// <summary>Without payloads.</summary>
    public bool HeadersOnly { get; set; }

    /// <summary>Most messages of one pull; 0: no limit.</summary>
    public int MaxBatch { get; set; }

    /// <summary>Longest wait of one pull; zero: no limit.</summary>
    public TimeSpan MaxExpires { get; set; }

    /// <summary>Most bytes of one pull; 0: no limit.</summary>
    public long MaxBytes { get; set; }

    /// <summary>Deleted when unused for this time; zero: 5 s for consumers that are not durable, else never.</summary>
    public TimeSpan InactiveThreshold { get; set; }

    /// <summary>Times until a message is delivered again, in place of <see cref="AckWait"/> (since 2.8).</summary>
    public ICollection<TimeSpan>? Backoff { get; set; }

    /// <summary>Number of replicas; 0: as the stream.</summary>
    public long NumReplicas { get; set; }

    /// <summary>It delivers nothing until then (since 2.11).</summary>
    public DateTimeOffset? PauseUntil { get; set; }

    /// <summary>Keep its state in memory.</summary>
    public bool MemStorage { get; set; }

    /// <summary>Further information; names that begin with <c>_nats.</c> are the server's (since 2.10).</summary>
    public IDictionary<string, string>? Metadata { get; set; }

    /// <summary>Names of its priority groups (since 2.11).</summary>
    public ICollection<string>? PriorityGroups { get; set; }

    /// <summary>How long a client stays pinned without a pull (since 2.11).</summary>
    [JsonPropertyName("priority_timeout")]
    public TimeSpan? PinnedTTL { get; set; }

    /// <summary>It serves a source of another stream (since 2.14).</summary>
    public bool Sourcing { get; set; }

    /// <summary>Where it begins.</summary>
    [JsonIgnore]
    public ConsumerConfigDeliverPolicy DeliverPolicy
    {
        get => _deliverPolicy;
        set => (_deliverPolicy, Extra) = (value, EnumWords.Forget(Extra, "deliver_policy"));
    }

    /// <summary>Which messages have to be acknowledged.</summary>
    [JsonIgnore]
    public ConsumerConfigAckPolicy AckPolicy
    {
        get => _ackPolicy;
        set => (_ackPolicy, Extra) = (value, EnumWords.Forget(Extra, "ack_policy"));
    }

    /// <summary>How fast it delivers.</summary>
    [JsonIgnore]
    public ConsumerConfigReplayPolicy ReplayPolicy
    {
        get => _replayPolicy;
        set => (_replayPolicy, Extra) = (value, EnumWords.Forget(Extra, "replay_policy"));
    }

    /// <summary>How clients share it (since 2.11). Null: without priorities.</summary>
    [JsonIgnore]
    public ConsumerConfigPriorityPolicy? PriorityPolicy
    {
        get => _priorityPolicy;
        set => (_priorityPolicy, Extra) = (value, EnumWords.Forget(Extra, "priority_policy"));
    }

    /// <summary>Fields and words that this version does not know; they are kept and sent back.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }

    [JsonInclude, JsonPropertyName("deliver_policy")]
    internal string? DeliverPolicyWord
    {
        get => EnumWords.Write(ModelWords.ConsumerConfigDeliverPolicy, _deliverPolicy);
        set => (_deliverPolicy, Extra) = EnumWords.Read(ModelWords.ConsumerConfigDeliverPolicy, value, Extra, "deliver_policy");
    }

    [JsonInclude, JsonPropertyName("ack_policy")]
    internal string? AckPolicyWord
    {
        get => EnumWords.WriteAlways(ModelWords.ConsumerConfigAckPolicy, _ackPolicy);
        set => (_ackPolicy, Extra) = EnumWords.Read(ModelWords.ConsumerConfigAckPolicy, value, Extra, "ack_policy");
    }

    [JsonInclude, JsonPropertyName("replay_policy")]
    internal string? ReplayPolicyWord
    {
        get => EnumWords.Write(ModelWords.ConsumerConfigReplayPolicy, _replayPolicy);
        set => (_replayPolicy, Extra) = EnumWords.Read(ModelWords.ConsumerConfigReplayPolicy, value, Extra, "replay_policy");
    }

    [JsonInclude, JsonPropertyName("priority_policy")]
    internal string? PriorityPolicyWord
    {
        get => EnumWords.Write(ModelWords.ConsumerConfigPriorityPolicy, _priorityPolicy);
        set => (_priorityPolicy, Extra) = EnumWords.Read(ModelWords.ConsumerConfigPriorityPolicy, value, Extra, "priority_policy");
    }
}
