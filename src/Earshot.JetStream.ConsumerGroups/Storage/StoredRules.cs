using Earshot.JetStream.ConsumerGroups.Partitions;

namespace Earshot.JetStream.ConsumerGroups.Storage;

/// <summary>The checks of a stored configuration, which any client of the bucket can write.</summary>
internal static class StoredRules
{
    /// <exception cref="NatsPcgConfigException">The configuration cannot be used.</exception>
    public static void Check(int partitions, IReadOnlyList<string?>? filters, IReadOnlyList<string?>? members, IReadOnlyList<NatsPcgMemberMapping?>? mappings)
    {
        if (!GroupRules.IsWithinLimit(partitions, filters?.Count ?? 0))
        {
            throw new NatsPcgConfigException($"The stored configuration of the consumer group has {partitions} partitions and {filters?.Count ?? 0} filters, which are too many.");
        }

        foreach (string? filter in filters ?? [])
        {
            if (!GroupRules.IsSubject(filter))
            {
                throw new NatsPcgConfigException($"The filter '{filter}' in the stored configuration of the consumer group is not a valid subject.");
            }
        }

        if (members?.Any(string.IsNullOrEmpty) == true || mappings?.Any(static mapping => string.IsNullOrEmpty(mapping?.Member)) == true)
        {
            throw new NatsPcgConfigException("The stored configuration of the consumer group has a member without a name.");
        }

        foreach (NatsPcgMemberMapping? mapping in mappings ?? [])
        {
            foreach (int partition in mapping!.Partitions ?? [])
            {
                if (partition < 0 || partition >= partitions)
                {
                    throw new NatsPcgConfigException(
                        $"The partition {partition} of the member '{mapping.Member}' in the stored configuration of the consumer group is not between 0 and {partitions - 1}.");
                }
            }
        }
    }
}
