using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.Server.JetStream;

/// <summary>The configuration of a consumer. Durations are in nanoseconds.</summary>
internal sealed record ConsumerConfig : IStrictModel
{
    public string? DurableName { get; set; }

    public string? Name { get; set; }

    public string? Description { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string DeliverPolicy { get; set; } = "all";

    public ulong OptStartSeq { get; set; }

    public string? OptStartTime { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string AckPolicy { get; set; } = "none";

    public long AckWait { get; set; }

    public int MaxDeliver { get; set; }

    public IReadOnlyList<long>? Backoff { get; set; }

    public string? FilterSubject { get; set; }

    public IReadOnlyList<string>? FilterSubjects { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string ReplayPolicy { get; set; } = "instant";

    public ulong RateLimitBps { get; set; }

    public string? SampleFreq { get; set; }

    public int MaxWaiting { get; set; }

    public int MaxAckPending { get; set; }

    public bool FlowControl { get; set; }

    public bool HeadersOnly { get; set; }

    public int MaxBatch { get; set; }

    public long MaxExpires { get; set; }

    public int MaxBytes { get; set; }

    public string? DeliverSubject { get; set; }

    public string? DeliverGroup { get; set; }

    public long IdleHeartbeat { get; set; }

    public long InactiveThreshold { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int NumReplicas { get; set; }

    public bool MemStorage { get; set; }

    public bool Direct { get; set; }

    public IReadOnlyDictionary<string, string>? Metadata { get; set; }

    public string? PauseUntil { get; set; }

    public IReadOnlyList<string>? PriorityGroups { get; set; }

    public string? PriorityPolicy { get; set; }

    public long PriorityTimeout { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extra { get; set; }

    [JsonIgnore]
    public bool NeedsAck => AckPolicy != "none";

    /// <summary>Whether acks are messages of their own, and not answers to flow control.</summary>
    [JsonIgnore]
    public bool TakesAcks => AckPolicy is "explicit" or "all";

    [JsonIgnore]
    public bool IsPush => !string.IsNullOrEmpty(DeliverSubject);

    [JsonIgnore]
    public bool HasPriorityPolicy => !string.IsNullOrEmpty(PriorityPolicy) && PriorityPolicy != "none";

    /// <summary>The level of the API that it needs.</summary>
    [JsonIgnore]
    public int RequiredLevel => AckPolicy == "flow_control" ? 4 : HasPriorityPolicy || PauseUntil is not null ? 1 : 0;

    [JsonIgnore]
    public bool IsDurable => !string.IsNullOrEmpty(DurableName);

    [JsonIgnore]
    public IEnumerable<string> Filters => FilterSubjects is { Count: > 0 } many ? many : string.IsNullOrEmpty(FilterSubject) ? [] : [FilterSubject];
}
