using System.Globalization;
using System.Text;
using Earshot.Server.Routing;

namespace Earshot.Server.JetStream;

/// <summary>What a configuration of a consumer must be.</summary>
internal static class ConsumerRules
{
    private static readonly System.Buffers.SearchValues<char> s_reserved = System.Buffers.SearchValues.Create(".*>\\/");

    /// <summary>Returns the configuration with the server's defaults; null when it is refused.</summary>
    public static ConsumerConfig? Complete(CreateConsumerRequest asked, string name, StreamConfig stream, out ApiError? error)
    {
        error = (asked.Config.ReplayPolicy == "original" ? ApiError.NotInProcess("replays at the original speed") : null) ?? Words(asked.Config);
        if (error is not null || ConsumerDefaults.Set(asked.Config, name, stream, asked.Pedantic, out error) is not { } complete)
        {
            return null;
        }

        error = Values(complete) ?? DeliveryRules.Check(complete, stream) ?? Filters(complete) ?? Start(complete) ?? Others(complete) ?? PriorityGroupRules.Check(complete);
        return error is null ? complete : null;
    }

    private static ApiError? Words(ConsumerConfig config) =>
        config.DeliverPolicy is not ("all" or "last" or "new" or "by_start_sequence" or "by_start_time" or "last_per_subject") ? ApiError.UnknownWord(config.DeliverPolicy)
        : config.AckPolicy is not ("none" or "all" or "explicit" or "flow_control") ? ApiError.UnknownWord(config.AckPolicy)
        : config.ReplayPolicy is not ("instant" or "original") ? ApiError.UnknownWord(config.ReplayPolicy)
        : config.PriorityPolicy is not (null or "none" or "overflow" or "pinned_client" or "prioritized") ? ApiError.InvalidJson($"unknown priority policy: \"{config.PriorityPolicy}\"")
        : null;

    private static ApiError? Values(ConsumerConfig config) =>
        config.Name.AsSpan().ContainsAny(s_reserved) || config.DurableName.AsSpan().ContainsAny(s_reserved) ? ConsumerErrors.InvalidName
        : config.NumReplicas > 1 ? ConsumerErrors.NotClustered
        : config.NumReplicas < 0 ? ConsumerErrors.NegativeReplicas
        : config.Backoff?.Any(static step => step < 0) == true ? ConsumerErrors.NegativeBackoff
        : config.AckWait < 0 ? ConsumerErrors.NegativeAckWait
        : null;

    private static ApiError? Start(ConsumerConfig config)
    {
        string policy = config.DeliverPolicy.Replace('_', ' ');
        (bool hasSequence, bool hasTime) = (config.OptStartSeq > 0, config.OptStartTime is not null);
        string? reason =
            config.DeliverPolicy == "by_start_sequence" && !hasSequence ? "start sequence is not set"
            : config.DeliverPolicy == "by_start_time" && !hasTime ? "start time is not set"
            : config.DeliverPolicy == "by_start_time" && hasSequence ? "start start sequence is also set"
            : config.DeliverPolicy is not ("by_start_sequence" or "by_start_time") && hasSequence ? "start sequence is also set"
            : config.DeliverPolicy != "by_start_time" && hasTime ? "start time is also set"
            : config.DeliverPolicy == "last_per_subject" && !config.Filters.Any() ? "filter subject is not set"
            : null;
        return reason is null ? null : ApiError.ConsumerPolicy($"consumer delivery policy is deliver {policy}, but optional {reason}");
    }

    private static ApiError? Others(ConsumerConfig config)
    {
        string sampling = config.SampleFreq?.EndsWith('%') == true ? config.SampleFreq[..^1] : config.SampleFreq ?? "";
        return sampling.Length > 0 && !int.TryParse(sampling, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? ConsumerErrors.InvalidSampling(sampling)
            : config.FlowControl && config.IdleHeartbeat == 0 ? ConsumerErrors.FlowControlWithoutHeartbeats
            : null;
    }

    private static ApiError? Filters(ConsumerConfig config)
    {
        if (config.FilterSubjects is { Count: > 0 } && !string.IsNullOrEmpty(config.FilterSubject))
        {
            return new ApiError(400, 10136, "consumer cannot have both FilterSubject and FilterSubjects specified");
        }

        byte[][] filters = [.. config.Filters.Select(static filter => Encoding.UTF8.GetBytes(filter ?? ""))]; // JSON may have null in a list
        for (int i = 0; i < filters.Length; i++)
        {
            if (filters[i].Length == 0)
            {
                return new ApiError(400, 10139, "consumer filter in FilterSubjects cannot be empty");
            }

            if (!SubjectForm.IsValidSubscription(filters[i]))
            {
                return ApiError.StreamConfig("invalid subject");
            }

            if (filters[..i].Any(other => SubjectOverlap.Exists(other, filters[i])))
            {
                return new ApiError(400, 10138, "consumer subject filters cannot overlap");
            }
        }

        return null;
    }
}
