using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.JetStream.ConsumerGroups;

/// <summary>The stored configuration of a static consumer group.</summary>
public sealed record NatsPcgStaticConfig
{
    /// <summary>The number of partitions, which is the maximum number of members.</summary>
    [JsonPropertyName("max_members")]
    public int MaxMembers { get; init; }

    /// <summary>The subjects of the messages, without the token of the partition. Null: all subjects.</summary>
    [JsonPropertyName("filters")]
    public IReadOnlyList<string>? Filters { get; init; }

    /// <summary>The members of the balanced distribution. Null: <see cref="MemberMappings"/> are used.</summary>
    [JsonPropertyName("members")]
    public IReadOnlyList<string>? Members { get; init; }

    /// <summary>The explicit partitions of the members. Null: the balanced distribution is used.</summary>
    [JsonPropertyName("member_mappings")]
    public IReadOnlyList<NatsPcgMemberMapping>? MemberMappings { get; init; }

    /// <summary>Fields that this version does not define. They are preserved.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
