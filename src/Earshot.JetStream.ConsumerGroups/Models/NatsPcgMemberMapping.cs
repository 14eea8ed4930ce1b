using System.Text.Json.Serialization;

namespace Earshot.JetStream.ConsumerGroups;

/// <summary>The partitions of one member, in place of the balanced distribution.</summary>
/// <param name="Member">The name of the member.</param>
/// <param name="Partitions">The numbers of its partitions, from 0.</param>
public sealed record NatsPcgMemberMapping(
    [property: JsonPropertyName("member")] string Member,
    [property: JsonPropertyName("partitions")] IReadOnlyList<int> Partitions);
