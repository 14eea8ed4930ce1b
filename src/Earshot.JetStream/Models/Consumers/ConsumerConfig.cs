using System.Text.Json;
using System.Text.Json.Serialization;
using Earshot.JetStream.Json;
using Earshot.JetStream.Models;

namespace Earshot.JetStream;

/// <summary>Configuration of a consumer. Values that are not set are not sent; the server applies its defaults.</summary>
public record ConsumerConfig
{
    private ConsumerConfigDeliverPolicy _deliverPolicy;
    private ConsumerConfigAckPolicy _ackPolicy;
    private ConsumerConfigReplayPolicy _replayPolicy;
    private ConsumerConfigPriorityPolicy? _priorityPolicy;

    /// <summary>Initializes an empty configuration.</summary>
    public ConsumerConfig()
    {
    }

    /// <summary>Initializes the configuration of a durable consumer.</summary>
    /// <param name="name">The name of the consumer.</param>
    public ConsumerConfig(string name) => (Name, DurableName) = (name, name);

    /// <summary>The first stream sequence to deliver. Used with <see cref="ConsumerConfigDeliverPolicy.ByStartSequence"/>.</summary>
    public ulong OptStartSeq { get; set; }

    /// <summary>The time of the first message to deliver. Used with <see cref="ConsumerConfigDeliverPolicy.ByStartTime"/>.</summary>
    public DateTimeOffset OptStartTime { get; set; }

    /// <summary>The name of a durable consumer; null for an ephemeral consumer.</summary>
    public string? DurableName { get; set; }

    /// <summary>The name of the consumer. Null: <see cref="DurableName"/>, or a generated name.</summary>
    public string? Name { get; set; }

    /// <summary>A description of the consumer, at most 4 KiB.</summary>
    public string? Description { get; set; }

    /// <summary>The subject to which a push consumer delivers. Null: a pull consumer.</summary>
    public string? DeliverSubject { get; set; }

    /// <summary>The queue group that shares the messages of a push consumer. Null: none.</summary>
    public string? DeliverGroup { get; set; }

    /// <summary>The time after which a message without an ack is delivered again; zero: 30 s.</summary>
    public TimeSpan AckWait { get; set; }

    /// <summary>The maximum number of deliveries of one message; 0 or -1: no limit.</summary>
    public long MaxDeliver { get; set; }

    /// <summary>The subject of the messages to deliver; wildcards are allowed. Null: all subjects. Mutually exclusive with <see cref="FilterSubjects"/>.</summary>
    public string? FilterSubject { get; set; }

    /// <summary>The subjects of the messages to deliver (since server 2.10). Mutually exclusive with <see cref="FilterSubject"/>.</summary>
    public ICollection<string>? FilterSubjects { get; set; }

    /// <summary>The share of acks for which the server publishes an advisory, in percent.</summary>
    public string? SampleFreq { get; set; }

    /// <summary>The maximum rate of a push consumer, in bits per second; 0: no limit.</summary>
    public long RateLimitBps { get; set; }

    /// <summary>The maximum number of delivered messages without an ack; 0: 1,000, -1: no limit.</summary>
    public long MaxAckPending { get; set; }

    /// <summary>The interval of the idle heartbeats of a push consumer; zero: no heartbeats.</summary>
    public TimeSpan IdleHeartbeat { get; set; }

    /// <summary>Whether a push consumer uses flow control: it stops delivering until the client answers a flow control request.</summary>
    public bool FlowControl { get; set; }

    /// <summary>The maximum number of waiting pull requests; 0: 512.</summary>
    public long MaxWaiting { get; set; }

    /// <summary>Reserved for consumers that servers create for mirrors and sources; not for clients.</summary>
    public bool Direct { get; set; }

    /// <summary>Whether only headers are delivered, without payloads. The header <c>Nats-Msg-Size</c> contains the size of the payload.</summary>
    public bool HeadersOnly { get; set; }

    /// <summary>The maximum number of messages of one pull request; 0: no limit.</summary>
    public int MaxBatch { get; set; }

    /// <summary>The maximum expiry of one pull request; zero: no limit.</summary>
    public TimeSpan MaxExpires { get; set; }

    /// <summary>The maximum number of bytes of one pull request; 0: no limit.</summary>
    public long MaxBytes { get; set; }

    /// <summary>The time without use after which the server deletes the consumer; zero: 5 s for ephemeral consumers, no limit for durable ones.</summary>
    public TimeSpan InactiveThreshold { get; set; }

    /// <summary>The delays before each further delivery of a message, in place of <see cref="AckWait"/> (since server 2.8).</summary>
    public ICollection<TimeSpan>? Backoff { get; set; }

    /// <summary>The number of replicas; 0: the same as the stream.</summary>
    public long NumReplicas { get; set; }

    /// <summary>The time until which the consumer delivers nothing (since server 2.11). Null: not paused.</summary>
    public DateTimeOffset? PauseUntil { get; set; }

    /// <summary>Whether the state of the consumer is stored in memory.</summary>
    public bool MemStorage { get; set; }

    /// <summary>Metadata of the application. Names that begin with <c>_nats.</c> are reserved for the server (since server 2.10).</summary>
    public IDictionary<string, string>? Metadata { get; set; }

    /// <summary>The names of the priority groups (since server 2.11). Null: none.</summary>
    public ICollection<string>? PriorityGroups { get; set; }

    /// <summary>The time without a pull request after which a client is no longer pinned (since server 2.11).</summary>
    [JsonPropertyName("priority_timeout")]
    public TimeSpan? PinnedTTL { get; set; }

    /// <summary>Whether the consumer serves a source of another stream (since server 2.14).</summary>
    public bool Sourcing { get; set; }

    /// <summary>The message at which delivery starts. Default: the first message of the stream.</summary>
    [JsonIgnore]
    public ConsumerConfigDeliverPolicy DeliverPolicy
    {
        get => _deliverPolicy;
        set => (_deliverPolicy, Extra) = (value, EnumWords.Forget(Extra, "deliver_policy"));
    }

    /// <summary>Which messages must be acknowledged. Default: each message.</summary>
    [JsonIgnore]
    public ConsumerConfigAckPolicy AckPolicy
    {
        get => _ackPolicy;
        set => (_ackPolicy, Extra) = (value, EnumWords.Forget(Extra, "ack_policy"));
    }

    /// <summary>The speed at which messages are delivered. Default: as fast as possible.</summary>
    [JsonIgnore]
    public ConsumerConfigReplayPolicy ReplayPolicy
    {
        get => _replayPolicy;
        set => (_replayPolicy, Extra) = (value, EnumWords.Forget(Extra, "replay_policy"));
    }

    /// <summary>How the clients of a priority group share the consumer (since server 2.11). Null: no priority groups.</summary>
    [JsonIgnore]
    public ConsumerConfigPriorityPolicy? PriorityPolicy
    {
        get => _priorityPolicy;
        set => (_priorityPolicy, Extra) = (value, EnumWords.Forget(Extra, "priority_policy"));
    }

    /// <summary>Fields and values that this version does not define, from a newer server. They are preserved when the configuration is sent back.</summary>
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
