namespace Earshot.JetStream.ConsumerGroups.Partitions;

/// <summary>Changes of the members of an elastic group.</summary>
internal static class Membership
{
    public static NatsPcgElasticConfig Add(NatsPcgElasticConfig config, IReadOnlyList<string> members)
    {
        RefuseMapped(config);
        string[] all = [.. (config.Members ?? []).Concat(members).Distinct().Order(StringComparer.Ordinal)];
        return all.Length <= config.MaxMembers
            ? config with { Members = all }
            : throw new NatsPcgConfigException($"The group has {config.MaxMembers} partitions: {all.Length} members are too many.");
    }

    public static NatsPcgElasticConfig Remove(NatsPcgElasticConfig config, IReadOnlyList<string> members)
    {
        RefuseMapped(config);
        return config with { Members = [.. (config.Members ?? []).Except(members)] };
    }

    public static NatsPcgElasticConfig Map(NatsPcgElasticConfig config, IReadOnlyList<NatsPcgMemberMapping> mappings)
    {
        GroupRules.CheckMappings(mappings, config.MaxMembers);
        return config with { Members = null, MemberMappings = mappings };
    }

    private static void RefuseMapped(NatsPcgElasticConfig config)
    {
        if (config.MemberMappings is { Count: > 0 })
        {
            throw new NatsPcgConfigException("The group has member mappings: set other mappings, or delete them before members are added or removed.");
        }
    }
}
