namespace Earshot.JetStream.ConsumerGroups.Partitions;

/// <summary>Which partitions belong to a member, and the filters of its consumer. All languages compute the same result.</summary>
internal static class PartitionShares
{
    private static readonly string[] s_all = [">"];

    /// <summary>Returns the filters of a member of a static group; empty when it is not a member.</summary>
    public static IReadOnlyList<string> Of(NatsPcgStaticConfig config, string member) =>
        Filters(config.MaxMembers, config.Members, config.MemberMappings, config.Filters, member);

    /// <summary>Returns the filters of a member of an elastic group; empty when it is not a member.</summary>
    public static IReadOnlyList<string> Of(NatsPcgElasticConfig config, string member) =>
        Filters(config.MaxMembers, config.Members, config.MemberMappings, [.. (config.PartitioningFilters ?? []).Select(static filter => filter.Filter)], member);

    /// <summary>Returns the names of all members, in their order.</summary>
    public static IReadOnlyList<string> Members(IReadOnlyList<string>? members, IReadOnlyList<NatsPcgMemberMapping>? mappings) =>
        [.. (members ?? []).Concat((mappings ?? []).Select(static mapping => mapping.Member)).Distinct().Order(StringComparer.Ordinal)];

    private static IReadOnlyList<string> Filters(
        int max, IReadOnlyList<string>? members, IReadOnlyList<NatsPcgMemberMapping>? mappings, IReadOnlyList<string>? filters, string member)
    {
        if (members is { Count: > 0 })
        {
            IReadOnlyList<string> subjects = filters is { Count: > 0 } ? filters : s_all;
            return [.. Balanced(max, members, member).SelectMany(partition => subjects.Select(subject => $"{partition}.{subject}")).Distinct()];
        }

        // With mappings the filters of the group are not used, as in the other languages.
        return [.. (mappings ?? []).Where(mapping => mapping.Member == member).SelectMany(static mapping => mapping.Partitions ?? []).Distinct().Order().Select(static partition => $"{partition}.>")];
    }

    // Each member has a run of consecutive partitions; those that are left go to the first members, one each.
    private static IEnumerable<int> Balanced(int max, IReadOnlyList<string> members, string member)
    {
        string[] sorted = [.. members.Distinct().Order(StringComparer.Ordinal).Take(max)];
        int at = Array.IndexOf(sorted, member);
        if (at < 0)
        {
            return [];
        }

        int each = max / sorted.Length;
        int rest = each * sorted.Length;
        IEnumerable<int> own = Enumerable.Range(at * each, each);
        return rest + at < max ? own.Append(rest + at) : own;
    }
}
