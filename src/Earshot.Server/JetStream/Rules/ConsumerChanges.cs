using System.Text;
using System.Text.Json;

namespace Earshot.Server.JetStream;

/// <summary>Whether a consumer may be created in addition to those of its stream, or changed.</summary>
internal static class ConsumerChanges
{
    /// <summary>Checks an update of a consumer.</summary>
    /// <param name="present">Its present configuration.</param>
    /// <param name="asked">The new one, with all defaults.</param>
    /// <param name="isHeard">Whether there is a subscription to the present deliver subject.</param>
    public static ApiError? Update(ConsumerConfig present, ConsumerConfig asked, bool isHeard)
    {
        string? reason =
            present.DeliverPolicy != asked.DeliverPolicy ? "deliver policy can not be updated"
            : present.MemStorage != asked.MemStorage ? "storage type can not be updated"
            : present.Direct != asked.Direct ? "direct can not be updated"
            : present.OptStartSeq != asked.OptStartSeq ? "start sequence can not be updated"
            : !IsSameTime(present.OptStartTime, asked.OptStartTime) ? "start time can not be updated"
            : present.AckPolicy != asked.AckPolicy ? "ack policy can not be updated"
            : present.ReplayPolicy != asked.ReplayPolicy ? "replay policy can not be updated"
            : present.IdleHeartbeat != asked.IdleHeartbeat ? "heart beats can not be updated"
            : present.FlowControl != asked.FlowControl ? "flow control can not be updated"
            : present.IsPush != asked.IsPush ? present.IsPush ? "can not update push consumer to pull based" : "can not update pull consumer to push based"
            : null;
        return reason is not null ? ApiError.ConsumerCreate(reason)
            : present.DeliverSubject != asked.DeliverSubject && isHeard ? ConsumerErrors.NameInUse
            : present.MaxWaiting != asked.MaxWaiting ? ApiError.ConsumerCreate("max waiting can not be updated")
            : null;
    }

    public static bool IsSame(ConsumerConfig present, ConsumerConfig asked) =>
        JsonSerializer.Serialize(present, ConsumerJson.Default.ConsumerConfig) == JsonSerializer.Serialize(asked, ConsumerJson.Default.ConsumerConfig);

    /// <summary>Checks a new consumer of a work queue, whose messages go to one consumer each.</summary>
    public static ApiError? WorkQueue(ConsumerConfig asked, IEnumerable<ConsumerConfig> others)
    {
        if (asked.AckPolicy is not ("explicit" or "flow_control"))
        {
            return ConsumerErrors.WorkQueueAcks;
        }

        if (asked.DeliverPolicy != "all")
        {
            return ConsumerErrors.WorkQueueStart;
        }

        List<ConsumerConfig> present = [.. others];
        return present.Count == 0 ? null
            : !asked.Filters.Any() ? ConsumerErrors.WorkQueueFilterMissing
            : Overlaps(asked, present) ? ConsumerErrors.WorkQueueFilterInUse
            : null;
    }

    /// <summary>Whether another consumer selects messages that this one selects by its filters. One without filters overlaps with none.</summary>
    public static bool Overlaps(ConsumerConfig asked, IEnumerable<ConsumerConfig> others)
    {
        List<string> ours = [.. asked.Filters];
        return ours.Count > 0 && others.Any(other => Shares(ours, [.. other.Filters]));
    }

    private static bool Shares(List<string> ours, List<string> theirs) =>
        theirs.Count == 0 || theirs.Exists(their => ours.Exists(own => SubjectOverlap.Exists(Encoding.UTF8.GetBytes(their), Encoding.UTF8.GetBytes(own))));

    private static bool IsSameTime(string? present, string? asked) =>
        present == asked || (GoTime.TryParse(present ?? "", out DateTimeOffset one) && GoTime.TryParse(asked ?? "", out DateTimeOffset other) && one == other);
}
