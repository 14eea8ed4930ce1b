namespace Earshot.JetStream.ConsumerGroups.Partitions;

/// <summary>The checks of a configuration before anything is sent. A violation is an <see cref="ArgumentException"/>.</summary>
internal static class GroupRules
{
    // The consumer of a member has a filter for each of its partitions and each filter of the group, which is computed when the group changes.
    private const int MostSubjects = 65_536;

    /// <summary>Whether a group may have this many partitions and filters.</summary>
    public static bool IsWithinLimit(int partitions, int filters) => partitions * (long)Math.Max(filters, 1) <= MostSubjects;

    /// <summary>Whether a filter is a valid subject, with or without wildcards.</summary>
    public static bool IsSubject(string? filter)
    {
        string[] tokens = (filter ?? "").Split('.');
        return tokens.All(static token => token.Length > 0 && !token.Any(char.IsWhiteSpace))
            && Array.IndexOf(tokens, ">") is var at && (at < 0 || at == tokens.Length - 1);
    }

    public static void Check(NatsPcgStaticConfig config)
    {
        CheckCount(config.MaxMembers, config.Filters?.Count ?? 0);
        CheckFilters(config.Filters ?? []);
        bool hasMembers = config.Members is { Count: > 0 }, hasMappings = config.MemberMappings is { Count: > 0 };
        if (hasMembers == hasMappings)
        {
            throw new ArgumentException("A static group needs either members or member mappings: they cannot be changed later.", nameof(config));
        }

        if (hasMembers)
        {
            CheckMembers(config.Members!);
            CheckNumber(config.Members!, config.MaxMembers);
        }
        else
        {
            CheckMappings(config.MemberMappings!, config.MaxMembers);
        }
    }

    public static void Check(NatsPcgElasticConfig config)
    {
        IReadOnlyList<NatsPcgPartitioningFilter> filters = config.PartitioningFilters ?? [];
        CheckCount(config.MaxMembers, filters.Count);
        CheckFilters([.. filters.Select(static filter => filter?.Filter!)]);
        foreach (NatsPcgPartitioningFilter filter in filters)
        {
            CheckWildcards(filter);
        }
    }

    public static void CheckMembers(IReadOnlyCollection<string> members)
    {
        if (members.Count == 0)
        {
            throw new ArgumentException("At least one member is needed.", nameof(members));
        }

        foreach (string member in members)
        {
            GroupNames.CheckMember(member);
        }
    }

    // A partition without a member would never be consumed, and one with two members could not be.
    public static void CheckMappings(IReadOnlyList<NatsPcgMemberMapping> mappings, int partitions)
    {
        HashSet<string> members = [];
        HashSet<int> taken = [];
        foreach (NatsPcgMemberMapping mapping in mappings)
        {
            ArgumentNullException.ThrowIfNull(mapping, nameof(mappings));
            GroupNames.CheckMember(mapping.Member);
            if (!members.Add(mapping.Member))
            {
                throw new ArgumentException($"The member '{mapping.Member}' has two mappings.", nameof(mappings));
            }

            foreach (int partition in mapping.Partitions ?? [])
            {
                if (partition < 0 || partition >= partitions)
                {
                    throw new ArgumentException($"The partition {partition} of the member '{mapping.Member}' is not between 0 and {partitions - 1}.", nameof(mappings));
                }

                if (!taken.Add(partition))
                {
                    throw new ArgumentException($"The partition {partition} is mapped twice.", nameof(mappings));
                }
            }
        }

        if (taken.Count < partitions)
        {
            throw new ArgumentException($"The partitions {string.Join(", ", Enumerable.Range(0, partitions).Except(taken))} have no member.", nameof(mappings));
        }
    }

    private static void CheckCount(int partitions, int filters)
    {
        if (partitions < 1)
        {
            throw new ArgumentException($"The number of partitions must be at least 1, not {partitions}.", nameof(partitions));
        }

        if (!IsWithinLimit(partitions, filters))
        {
            throw new ArgumentException(
                $"{partitions} partitions and {filters} filters are too many: the number of partitions, times the number of filters if there are any, must be at most {MostSubjects}.", nameof(partitions));
        }
    }

    private static void CheckNumber(IReadOnlyList<string> members, int partitions)
    {
        int count = members.Distinct().Count();
        if (count > partitions)
        {
            throw new ArgumentException($"The group has {partitions} partitions: {count} members are too many.", nameof(members));
        }
    }

    private static void CheckFilters(IReadOnlyList<string> filters)
    {
        for (int at = 0; at < filters.Count; at++)
        {
            CheckSubject(filters[at]);
            if (filters.Take(at).FirstOrDefault(other => PartitionSubjects.Overlap(other, filters[at])) is { } other)
            {
                throw new ArgumentException($"The filters '{other}' and '{filters[at]}' overlap.", nameof(filters));
            }
        }
    }

    private static void CheckSubject(string filter)
    {
        if (!IsSubject(filter))
        {
            throw new ArgumentException($"The filter '{filter}' is not a valid subject.", nameof(filter));
        }
    }

    private static void CheckWildcards(NatsPcgPartitioningFilter filter)
    {
        int wildcards = filter.Filter.Split('.').Count(static token => token == "*");
        IReadOnlyList<int> keys = filter.PartitioningWildcards ?? [];
        if (keys.Any(key => key < 1 || key > wildcards) || keys.Distinct().Count() < keys.Count)
        {
            throw new ArgumentException(
                $"The partitioning wildcards {string.Join(", ", keys)} of the filter '{filter.Filter}' must be different numbers between 1 and {wildcards}.", nameof(filter));
        }
    }
}
