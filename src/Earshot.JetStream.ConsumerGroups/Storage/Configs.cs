using System.Text.Json;

namespace Earshot.JetStream.ConsumerGroups.Storage;

/// <summary>Reads, writes and compares stored configurations.</summary>
internal static class Configs
{
    /// <exception cref="NatsPcgConfigException">The configuration cannot be read.</exception>
    public static NatsPcgStaticConfig ReadStatic(byte[] json)
    {
        NatsPcgStaticConfig config = Read(json, static json => JsonSerializer.Deserialize(json, ConfigJson.Default.NatsPcgStaticConfig));
        RefuseOld(config.MaxMembers, config.Extra);
        StoredRules.Check(config.MaxMembers, config.Filters, config.Members, config.MemberMappings);
        return config with { MemberMappings = Complete(config.MemberMappings) };
    }

    /// <exception cref="NatsPcgConfigException">The configuration cannot be read.</exception>
    public static NatsPcgElasticConfig ReadElastic(byte[] json)
    {
        NatsPcgElasticConfig config = Read(json, static json => JsonSerializer.Deserialize(json, ConfigJson.Default.NatsPcgElasticConfig));
        RefuseOld(config.MaxMembers, config.Extra);
        StoredRules.Check(config.MaxMembers, config.PartitioningFilters?.Select(static filter => filter?.Filter).ToArray(), config.Members, config.MemberMappings);
        return config with { MemberMappings = Complete(config.MemberMappings) };
    }

    public static byte[] Write(NatsPcgStaticConfig config) => JsonSerializer.SerializeToUtf8Bytes(Normal(config), ConfigJson.Default.NatsPcgStaticConfig);

    public static byte[] Write(NatsPcgElasticConfig config) => JsonSerializer.SerializeToUtf8Bytes(Normal(config), ConfigJson.Default.NatsPcgElasticConfig);

    /// <summary>Whether both configurations are the same group.</summary>
    public static bool AreSame(NatsPcgStaticConfig one, NatsPcgStaticConfig other) =>
        Write(one with { Extra = null }).AsSpan().SequenceEqual(Write(other with { Extra = null }));

    /// <summary>Whether both configurations are the same group; its members may differ, because they change.</summary>
    public static bool AreSame(NatsPcgElasticConfig one, NatsPcgElasticConfig other) =>
        Write(one with { Members = null, MemberMappings = null, Extra = null }).AsSpan()
            .SequenceEqual(Write(other with { Members = null, MemberMappings = null, Extra = null }));

    private static T Read<T>(byte[] json, Func<byte[], T?> read)
        where T : class
    {
        try
        {
            return read(json) ?? throw new NatsPcgConfigException("The stored configuration of the consumer group is empty.");
        }
        catch (JsonException e)
        {
            throw new NatsPcgConfigException("The stored configuration of the consumer group is not valid JSON.", e);
        }
    }

    // Groups of the first versions of the other languages had one filter, and other subjects of their consumers.
    private static void RefuseOld(int maxMembers, IDictionary<string, JsonElement>? extra)
    {
        if (maxMembers < 1 || extra?.ContainsKey("filter") == true)
        {
            throw new NatsPcgConfigException(
                maxMembers < 1 ? "The stored configuration of the consumer group has no partitions."
                : "The consumer group was created by an older version of another library, with one filter: delete it and create it again.");
        }
    }

    // A list without elements is null in the JSON of some languages.
    private static NatsPcgMemberMapping[]? Complete(IReadOnlyList<NatsPcgMemberMapping>? mappings) =>
        mappings is null ? null : [.. mappings.Select(static mapping => mapping with { Partitions = mapping.Partitions ?? [] })];

    // Empty lists are not written, except for filters, which all languages write.
    private static NatsPcgStaticConfig Normal(NatsPcgStaticConfig config) => config with
    {
        Filters = config.Filters is { Count: > 0 } ? config.Filters : null,
        Members = NormalMembers(config.Members),
        MemberMappings = config.MemberMappings is { Count: > 0 } ? Complete(config.MemberMappings) : null,
    };

    private static NatsPcgElasticConfig Normal(NatsPcgElasticConfig config) => config with
    {
        PartitioningFilters = [.. (config.PartitioningFilters ?? []).Select(static filter => filter with { PartitioningWildcards = filter.PartitioningWildcards ?? [] })],
        MaxBufferedMsgs = Math.Max(config.MaxBufferedMsgs, 0),
        MaxBufferedBytes = Math.Max(config.MaxBufferedBytes, 0),
        Members = NormalMembers(config.Members),
        MemberMappings = config.MemberMappings is { Count: > 0 } ? Complete(config.MemberMappings) : null,
    };

    private static IReadOnlyList<string>? NormalMembers(IReadOnlyList<string>? members) =>
        members is { Count: > 0 } ? [.. members.Distinct().Order(StringComparer.Ordinal)] : null;
}
