using Earshot.JetStream.ConsumerGroups.Partitions;

namespace Earshot.JetStream.ConsumerGroups.Consuming;

/// <summary>The configuration of the consumer of a member. Its times follow from AckWait, as in the other languages.</summary>
internal static class MemberConsumers
{
    private static readonly TimeSpan s_ackWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(36500); // twice as long is still a number of nanoseconds in 64 bits

    /// <summary>Checks the template of an application. Null is the default: one message at a time.</summary>
    /// <exception cref="ArgumentException">The template is not valid for a member.</exception>
    /// <exception cref="ArgumentOutOfRangeException">AckWait is longer than 36500 days.</exception>
    public static ConsumerConfig Template(ConsumerConfig? given, bool isElastic)
    {
        ConsumerConfig template = given ?? new ConsumerConfig { AckPolicy = ConsumerConfigAckPolicy.Explicit, MaxAckPending = 1 };
        ArgumentOutOfRangeException.ThrowIfGreaterThan(template.AckWait, s_longest, nameof(ConsumerConfig.AckWait));
        string? violation = template switch
        {
            { DeliverSubject: not null } => "The consumer of a member is not a push consumer: DeliverSubject must be null.",
            { AckPolicy: not ConsumerConfigAckPolicy.Explicit } when isElastic => "Elastic groups need the ack policy Explicit: an ack removes the message from the stream of the group.",
            { DeliverPolicy: not ConsumerConfigDeliverPolicy.All } when isElastic => "Elastic groups need the deliver policy All.",
            _ => null,
        };
        return violation is null
            ? template with { AckWait = template.AckWait > TimeSpan.Zero ? template.AckWait : s_ackWait }
            : throw new ArgumentException(violation, nameof(given));
    }

    /// <summary>Returns the configuration for the durable consumer of a member of a static group.</summary>
    public static ConsumerConfig OfStatic(ConsumerConfig template, string name, IReadOnlyList<string> filters) =>
        Pinned(template, name, filters) with { DurableName = name };

    /// <summary>Returns the configuration for the consumer of a member of an elastic group: it is deleted when no instance uses it.</summary>
    public static ConsumerConfig OfElastic(ConsumerConfig template, string name, IReadOnlyList<string> filters) =>
        Pinned(template, name, filters) with { DurableName = null, InactiveThreshold = template.AckWait + (s_least / 2) };

    /// <summary>Returns the options of the read of a member.</summary>
    public static NatsJSRunOpts Options(NatsJSRunOpts opts, ConsumerConfig template) => opts with
    {
        Consume = (opts.Consume ?? new NatsJSConsumeOpts()) with
        {
            Expires = Longer(template.AckWait / 2),
            PriorityGroup = new NatsJSPriorityGroupOpts { Group = GroupNames.PriorityGroup },
        },
    };

    /// <summary>Whether a consumer has exactly these filters.</summary>
    public static bool HasFilters(ConsumerConfig config, IEnumerable<string> filters) =>
        (config.FilterSubjects ?? (config.FilterSubject is { } one ? [one] : [])).ToHashSet().SetEquals(filters);

    /// <summary>Returns the id of the pinned client; null when there is none.</summary>
    public static string? PinOf(ConsumerInfo info) =>
        info.PriorityGroups?.FirstOrDefault(static group => group.Group == GroupNames.PriorityGroup)?.PinnedClientId is { Length: > 0 } pin ? pin : null;

    private static ConsumerConfig Pinned(ConsumerConfig template, string name, IReadOnlyList<string> filters) => template with
    {
        Name = name,
        FilterSubject = null,
        FilterSubjects = [.. filters],
        PriorityGroups = [GroupNames.PriorityGroup],
        PriorityPolicy = ConsumerConfigPriorityPolicy.PinnedClient,
        PinnedTTL = Longer(template.AckWait),
    };

    private static TimeSpan Longer(TimeSpan time) => time > s_least ? time : s_least;
}
