using System.Buffers;

namespace Earshot.Server.JetStream;

/// <summary>The rules of priority groups, in configurations and in pull requests.</summary>
internal static class PriorityGroupRules
{
    private const int LongestName = 16;
    private const int LastPriority = 9;

    private static readonly SearchValues<char> s_letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_=-");

    public static ApiError? Check(ConsumerConfig config)
    {
        if (!config.HasPriorityPolicy)
        {
            return config.PriorityGroups is { Count: > 0 } ? ConsumerErrors.GroupWithoutPolicy : config.PriorityTimeout > 0 ? ConsumerErrors.TimeoutWithoutPolicy : null;
        }

        return config.IsPush ? ConsumerErrors.PushWithGroup
            : config.PriorityGroups is not { Count: > 0 } groups ? ConsumerErrors.PolicyWithoutGroup
            : groups.Select(static group => string.IsNullOrEmpty(group) ? ConsumerErrors.EmptyGroup : IsValid(group) ? null : ConsumerErrors.InvalidGroup)
                .FirstOrDefault(static error => error is not null);
    }

    public static bool IsValid(string group) => group.Length is > 0 and <= LongestName && !group.AsSpan().ContainsAnyExcept(s_letters);

    /// <summary>The status of a pull request that does not fit the policy of the consumer; null: it fits.</summary>
    public static string? Refusal(ConsumerConfig config, PullBody body, PinnedClient pinned)
    {
        string policy = config.PriorityPolicy ?? "none";
        if (body.IsPlain)
        {
            return null;
        }

        string? reason =
            (body.MinPending != 0 || body.MinAckPending != 0) && policy != "overflow" ? "Not a Overflow Priority consumer"
            : !string.IsNullOrEmpty(body.Id) && policy != "pinned_client" ? "Not a Pinned Client Priority consumer"
            : body.Priority is < 0 or > LastPriority ? "Priority must be between 0 and 9"
            : policy == "none" ? null
            : string.IsNullOrEmpty(body.Group) ? "Priority Group missing"
            : !config.PriorityGroups!.Contains(body.Group) ? "Invalid Priority Group"
            : null;
        return reason is not null ? $"400 Bad Request - {reason}"
            : pinned.Id is not null && !string.IsNullOrEmpty(body.Id) && body.Id != pinned.Id ? "423 Nats-Pin-Id mismatch"
            : null;
    }
}
