using System.Text;
using Earshot.Server.Routing;

namespace Earshot.Server.JetStream;

/// <summary>What push and pull consumers must and must not have. The order of the checks is that of a real server.</summary>
internal static class DeliveryRules
{
    private const long Second = 1_000_000_000;
    private const long LeastHeartbeat = Second / 10;
    private const long LeastExpires = Second / 1000;

    public static ApiError? Check(ConsumerConfig config, StreamConfig stream) =>
        (config.AckPolicy == "flow_control" ? FlowAcks(config) : null)
        ?? (config.Backoff is { Count: > 0 } steps && config.MaxDeliver != -1 && steps.Count > config.MaxDeliver ? ConsumerErrors.TooFewDeliveries : null)
        ?? (config.Description?.Length > 4096 ? ConsumerErrors.DescriptionTooLong : null)
        ?? (config.IsPush ? Push(config, stream) : Pull(config, stream))
        ?? Limits(config, stream)
        ?? (config.Direct && !config.IsPush ? ConsumerErrors.DirectPull : config.Direct && config.IsDurable ? ConsumerErrors.DirectDurable : null);

    // Their acks are the answers to flow control.
    private static ApiError? FlowAcks(ConsumerConfig config) =>
        !config.IsPush ? ConsumerErrors.FlowAcksOfPull
        : !config.FlowControl ? ConsumerErrors.FlowAcksWithoutFlowControl
        : config.IdleHeartbeat != Second ? ConsumerErrors.FlowAcksHeartbeat
        : config.MaxAckPending <= 0 ? ConsumerErrors.FlowAcksWithoutLimit
        : config.AckWait != 0 || config.Backoff is { Count: > 0 } ? ConsumerErrors.FlowAcksWithAckWait
        : config.MaxDeliver > 0 ? ConsumerErrors.FlowAcksWithMaxDeliver
        : null;

    private static ApiError? Push(ConsumerConfig config, StreamConfig stream)
    {
        byte[] subject = Encoding.UTF8.GetBytes(config.DeliverSubject!);
        return SubjectForm.HasWildcard(subject) ? ConsumerErrors.WildcardDeliverSubject
            : !SubjectForm.IsValidSubscription(subject) ? ConsumerErrors.InvalidDeliverSubject
            : (stream.Subjects ?? []).Any(pattern => SubjectForm.Matches(Encoding.UTF8.GetBytes(pattern), subject)) ? ConsumerErrors.DeliveryCycle
            : config.MaxWaiting != 0 ? ConsumerErrors.PushWithMaxWaiting
            : config.MaxAckPending > 0 && !config.NeedsAck ? ConsumerErrors.AckPendingWithoutAcks
            : config.IdleHeartbeat is > 0 and < LeastHeartbeat ? ConsumerErrors.SmallHeartbeat
            : null;
    }

    private static ApiError? Pull(ConsumerConfig config, StreamConfig stream) =>
        !config.NeedsAck && stream.IsWorkQueue ? ConsumerErrors.PullWithoutAcks
        : config.RateLimitBps > 0 ? ConsumerErrors.PullWithRateLimit
        : config.IdleHeartbeat > 0 ? ConsumerErrors.PullWithHeartbeat
        : config.FlowControl ? ConsumerErrors.PullWithFlowControl
        : config.MaxExpires is > 0 and < LeastExpires ? ConsumerErrors.SmallMaxExpires
        : null;

    private static ApiError? Limits(ConsumerConfig config, StreamConfig stream)
    {
        ConsumerLimits limits = stream.ConsumerLimits;
        return limits.MaxAckPending > 0 && config.MaxAckPending > limits.MaxAckPending ? ConsumerErrors.AckPendingAboveLimit(limits.MaxAckPending)
            : limits.InactiveThreshold > 0 && config.InactiveThreshold > limits.InactiveThreshold ? ConsumerErrors.InactivityAboveLimit(GoDuration.Format(limits.InactiveThreshold))
            : null;
    }
}
