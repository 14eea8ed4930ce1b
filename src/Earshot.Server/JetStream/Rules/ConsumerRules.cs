using System.Text;
using Earshot.Server.Routing;

namespace Earshot.Server.JetStream;

/// <summary>What a configuration of a consumer must be, and the defaults that a server sets.</summary>
internal static class ConsumerRules
{
    private const long DefaultAckWait = 30_000_000_000;
    private const long DefaultInactivity = 5_000_000_000;
    private const int DefaultAckPending = 1000;
    private const int DefaultWaiting = 512;

    /// <summary>Returns the configuration with the server's defaults; null when it is refused.</summary>
    public static ConsumerConfig? Complete(ConsumerConfig config, string? name, StreamConfig stream, out ApiError? error)
    {
        error = Unsupported(config) ?? Words(config) ?? Values(config, stream) ?? Filters(config);
        if (error is not null)
        {
            return null;
        }

        ConsumerConfig complete = config with
        {
            Name = name,
            MaxDeliver = config.MaxDeliver == 0 ? -1 : config.MaxDeliver,
            MaxWaiting = config.MaxWaiting == 0 ? DefaultWaiting : config.MaxWaiting,
            AckWait = config.Backoff is { Count: > 0 } steps ? steps[0] : config.NeedsAck && config.AckWait == 0 ? DefaultAckWait : config.AckWait,
            MaxAckPending = config.NeedsAck && config.MaxAckPending == 0
                ? stream.ConsumerLimits.MaxAckPending > 0 ? stream.ConsumerLimits.MaxAckPending : DefaultAckPending
                : config.MaxAckPending,
            InactiveThreshold = config.InactiveThreshold == 0 && !config.IsDurable
                ? stream.ConsumerLimits.InactiveThreshold > 0 ? stream.ConsumerLimits.InactiveThreshold : DefaultInactivity
                : config.InactiveThreshold,
        };
        return complete;
    }

    private static ApiError? Unsupported(ConsumerConfig config)
    {
        (bool IsUsed, string Name)[] features =
        [
            (!string.IsNullOrEmpty(config.DeliverSubject), "push consumers"),
            (config.PriorityGroups is { Count: > 0 }, "priority groups"),
            (config.ReplayPolicy == "original", "replays at the original speed"),
            (config.RateLimitBps > 0, "rate limits"),
        ];
        return features.FirstOrDefault(feature => feature.IsUsed) is { Name: { } name } ? ApiError.NotInProcess(name) : null;
    }

    private static ApiError? Words(ConsumerConfig config) =>
        config.DeliverPolicy is not ("all" or "last" or "new" or "by_start_sequence" or "by_start_time" or "last_per_subject") ? ApiError.UnknownWord(config.DeliverPolicy)
        : config.AckPolicy is not ("none" or "all" or "explicit") ? ApiError.UnknownWord(config.AckPolicy)
        : config.ReplayPolicy is not ("instant" or "original") ? ApiError.UnknownWord(config.ReplayPolicy)
        : null;

    private static ApiError? Values(ConsumerConfig config, StreamConfig stream)
    {
        string policy = config.DeliverPolicy;
        if (policy == "by_start_sequence" && config.OptStartSeq == 0)
        {
            return ApiError.ConsumerPolicy("consumer delivery policy is deliver by start sequence, but optional start sequence is not set");
        }

        if (policy == "by_start_time" && config.OptStartTime is null)
        {
            return ApiError.ConsumerPolicy("consumer delivery policy is deliver by start time, but optional start time is not set");
        }

        if (policy != "by_start_sequence" && config.OptStartSeq > 0)
        {
            return ApiError.ConsumerPolicy($"consumer delivery policy is deliver {policy}, but optional start sequence is also set");
        }

        if (config.Backoff is { Count: > 0 } && config.MaxDeliver > 0 && config.MaxDeliver <= config.Backoff.Count)
        {
            return new ApiError(400, 10116, "max deliver is required to be > length of backoff values");
        }

        if (stream.IsWorkQueue && !config.NeedsAck)
        {
            return new ApiError(400, 10084, "consumer in pull mode requires explicit ack policy on workqueue stream");
        }

        return stream.IsWorkQueue && policy != "all" ? new ApiError(400, 10101, "consumer must be deliver all on workqueue stream") : null;
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
                return ApiError.ConsumerCreate("invalid filter subject");
            }

            if (filters[..i].Any(other => SubjectOverlap.Exists(other, filters[i])))
            {
                return new ApiError(400, 10138, "consumer subject filters cannot overlap");
            }
        }

        return null;
    }
}
