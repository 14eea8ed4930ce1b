using System.Text.Json.Serialization;

namespace Earshot.JetStream.ConsumerGroups;

/// <summary>Which messages of the stream an elastic group consumes, and which tokens of their subjects are the key of partitioning.</summary>
/// <param name="Filter">The subject of the messages; wildcards are allowed.</param>
/// <param name="PartitioningWildcards">
/// The numbers of the <c>*</c> wildcards of the filter that form the key, from 1. Null or empty: the whole subject (since server 2.12).
/// </param>
public sealed record NatsPcgPartitioningFilter(
    [property: JsonPropertyName("filter")] string Filter,
    [property: JsonPropertyName("partitioning_wildcards")] IReadOnlyList<int>? PartitioningWildcards = null);
