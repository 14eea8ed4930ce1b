namespace Earshot.JetStream.Consuming;

/// <summary>
/// Compares the options of a priority group with the configuration of the consumer, as last known, so that a request which the server would
/// reject, or which would be served as if the option was missing, is not sent (ADR-42).
/// </summary>
internal static class PriorityRules
{
    private const int MaxPriority = 9;

    /// <summary>Returns the JSON fields of the group for pull requests; empty when there is none.</summary>
    /// <exception cref="ArgumentException">The options do not fit the consumer.</exception>
    public static byte[] FieldsOf(ConsumerConfig config, NatsJSPriorityGroupOpts? opts)
    {
        if (Violation(config, opts) is { } violation)
        {
            throw new ArgumentException($"{violation} The consumer is '{config.Name ?? config.DurableName}'.", nameof(opts));
        }

        return PullRequest.Group(opts);
    }

    /// <exception cref="ArgumentException">There is a priority group, which ordered consumers do not have.</exception>
    public static void RefuseForOrdered(NatsJSPriorityGroupOpts? opts)
    {
        if (opts is not null)
        {
            throw new ArgumentException("An ordered consumer has no priority groups.", nameof(opts));
        }
    }

    /// <exception cref="ArgumentException">There is a priority group, which push consumers do not have.</exception>
    public static void RefuseForPush(NatsJSPriorityGroupOpts? opts)
    {
        if (opts is not null)
        {
            throw new ArgumentException("A push consumer has no priority groups.", nameof(opts));
        }
    }

    private static string? Violation(ConsumerConfig config, NatsJSPriorityGroupOpts? opts)
    {
        bool isGrouped = config.PriorityGroups is { Count: > 0 };
        return opts switch
        {
            null or { Group: null } when isGrouped => $"The priority group is missing: {nameof(NatsJSPriorityGroupOpts.Group)} must be one of {Names(config)}.",
            null => null,
            { MinPending: < 0 } or { MinAckPending: < 0 } => $"{nameof(opts.MinPending)} and {nameof(opts.MinAckPending)} must not be negative.",
            { Priority: > MaxPriority } => $"The priority {opts.Priority} is not between 0 and {MaxPriority}.",
            { Group: null } => Unused(opts),
            { Group: var group } when !isGrouped => $"There is no priority group '{group}': the consumer has none.",
            { Group: var group } when !config.PriorityGroups!.Contains(group) => $"There is no priority group '{group}'; the consumer has {Names(config)}.",
            _ => Mismatch(config.PriorityPolicy, opts),
        };
    }

    // A policy of a newer server is not known, so nothing can be said about it.
    private static string? Mismatch(ConsumerConfigPriorityPolicy? policy, NatsJSPriorityGroupOpts opts) => policy switch
    {
        ConsumerConfigPriorityPolicy.Unknown => null,
        not ConsumerConfigPriorityPolicy.Overflow when opts.MinPending > 0 || opts.MinAckPending > 0 =>
            $"{nameof(opts.MinPending)} and {nameof(opts.MinAckPending)} require the policy {nameof(ConsumerConfigPriorityPolicy.Overflow)}, not {policy}.",
        not ConsumerConfigPriorityPolicy.Prioritized when opts.Priority > 0 =>
            $"{nameof(opts.Priority)} requires the policy {nameof(ConsumerConfigPriorityPolicy.Prioritized)}, not {policy}.",
        _ => null,
    };

    private static string? Unused(NatsJSPriorityGroupOpts opts) =>
        opts is { MinPending: 0, MinAckPending: 0, Priority: 0 } ? null : $"The options of a priority group require {nameof(opts.Group)}.";

    private static string Names(ConsumerConfig config) => string.Join(", ", config.PriorityGroups!.Select(static name => $"'{name}'"));
}
