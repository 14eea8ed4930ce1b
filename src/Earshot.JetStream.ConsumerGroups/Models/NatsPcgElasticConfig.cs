using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.JetStream.ConsumerGroups;

/// <summary>The stored configuration of an elastic consumer group.</summary>
public sealed record NatsPcgElasticConfig
{
    /// <summary>The number of partitions, which is the maximum number of members with partitions.</summary>
    [JsonPropertyName("max_members")]
    public int MaxMembers { get; init; }

    /// <summary>The messages of the group and their keys. Null or empty: all messages, and the whole subject is the key.</summary>
    [JsonPropertyName("partitioning_filters")]
    public IReadOnlyList<NatsPcgPartitioningFilter>? PartitioningFilters { get; init; }

    /// <summary>The maximum number of messages in the stream of the group; 0 or -1: no limit.</summary>
    [JsonPropertyName("max_buffered_msg")]
    public long MaxBufferedMsgs { get; init; }

    /// <summary>The maximum size of the stream of the group, in bytes; 0 or -1: no limit.</summary>
    [JsonPropertyName("max_buffered_bytes")]
    public long MaxBufferedBytes { get; init; }

    /// <summary>The members of the balanced distribution. Null: there are none, or <see cref="MemberMappings"/> are used.</summary>
    [JsonPropertyName("members")]
    public IReadOnlyList<string>? Members { get; init; }

    /// <summary>The explicit partitions of the members. Null: the balanced distribution is used.</summary>
    [JsonPropertyName("member_mappings")]
    public IReadOnlyList<NatsPcgMemberMapping>? MemberMappings { get; init; }

    /// <summary>Fields that this version does not define. They are preserved by changes of the members.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
