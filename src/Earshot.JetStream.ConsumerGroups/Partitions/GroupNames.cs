using System.Buffers;

namespace Earshot.JetStream.ConsumerGroups.Partitions;

/// <summary>The names that all languages use for the parts of a group, and the rules of the names that are put together.</summary>
internal static class GroupNames
{
    public const string StaticBucket = "static-consumer-groups";
    public const string ElasticBucket = "elastic-consumer-groups";
    public const string PriorityGroup = "PCG";

    // Valid in keys, and in the names of consumers and streams.
    private static readonly SearchValues<char> s_valid = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=");

    public static string Key(string stream, string group) => $"{stream}.{group}";

    public static string StaticConsumer(string group, string member) => $"{group}-{member}";

    public static string ElasticStream(string stream, string group) => $"{stream}-{group}";

    /// <exception cref="ArgumentException">A name is not valid.</exception>
    public static void Check(string stream, string group)
    {
        CheckOne(stream, "stream", nameof(stream));
        CheckOne(group, "consumer group", nameof(group));
    }

    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public static void CheckMember(string member) => CheckOne(member, "member", nameof(member));

    private static void CheckOne(string name, string what, string parameter)
    {
        ArgumentException.ThrowIfNullOrEmpty(name, parameter);
        if (name.AsSpan().ContainsAnyExcept(s_valid))
        {
            throw new ArgumentException($"The name '{name}' of the {what} is not valid: letters, digits, '-', '_' and '=' are allowed.", parameter);
        }
    }
}
