using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.Server.JetStream;

/// <summary>The configuration of a consumer. Durations are in nanoseconds.</summary>
internal sealed record ConsumerConfig : IStrictModel
{
    public string? DurableName { get; init; }

    public string? Name { get; init; }

    public string? Description { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string DeliverPolicy { get; init; } = "all";

    public ulong OptStartSeq { get; init; }

    public string? OptStartTime { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string AckPolicy { get; init; } = "none";

    public long AckWait { get; init; }

    public int MaxDeliver { get; init; }

    public IReadOnlyList<long>? Backoff { get; init; }

    public string? FilterSubject { get; init; }

    public IReadOnlyList<string>? FilterSubjects { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string ReplayPolicy { get; init; } = "instant";

    public ulong RateLimitBps { get; init; }

    public string? SampleFreq { get; init; }

    public int MaxWaiting { get; init; }

    public int MaxAckPending { get; init; }

    public bool FlowControl { get; init; }

    public bool HeadersOnly { get; init; }

    public int MaxBatch { get; init; }

    public long MaxExpires { get; init; }

    public int MaxBytes { get; init; }

    public string? DeliverSubject { get; init; }

    public string? DeliverGroup { get; init; }

    public long IdleHeartbeat { get; init; }

    public long InactiveThreshold { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int NumReplicas { get; init; }

    public bool MemStorage { get; init; }

    public bool Direct { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public string? PauseUntil { get; init; }

    public IReadOnlyList<string>? PriorityGroups { get; init; }

    public string? PriorityPolicy { get; init; }

    public long PriorityTimeout { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extra { get; set; }

    [JsonIgnore]
    public bool NeedsAck => AckPolicy != "none";

    [JsonIgnore]
    public bool IsDurable => !string.IsNullOrEmpty(DurableName);

    [JsonIgnore]
    public IEnumerable<string> Filters => FilterSubjects is { Count: > 0 } many ? many : string.IsNullOrEmpty(FilterSubject) ? [] : [FilterSubject];
}
