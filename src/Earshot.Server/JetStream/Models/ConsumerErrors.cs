namespace Earshot.Server.JetStream;

/// <summary>The errors of requests that create, update or unpin consumers.</summary>
internal static class ConsumerErrors
{
    public static ApiError NameMismatch { get; } = new(400, 10017, "consumer name in subject does not match durable name in request");

    public static ApiError DurableMissing { get; } = new(400, 10018, "consumer expected to be durable but a durable name was not set");

    public static ApiError NotEphemeral { get; } = new(400, 10020, "consumer expected to be ephemeral but a durable name was set in request");

    public static ApiError InvalidName { get; } = new(500, 10052, "consumer name can not contain '.', '*', '>', '\\', '/'");

    public static ApiError NameInUse { get; } = new(400, 10013, "consumer name already in use");

    public static ApiError NotClustered { get; } = new(500, 10074, "replicas > 1 not supported in non-clustered mode");

    public static ApiError NegativeReplicas { get; } = new(400, 10133, "replicas count cannot be negative");

    public static ApiError NegativeAckWait { get; } = new(400, 10183, "consumer ack wait needs to be positive");

    public static ApiError NegativeBackoff { get; } = new(400, 10184, "consumer backoff needs to be positive");

    public static ApiError TooFewDeliveries { get; } = new(400, 10116, "max deliver is required to be > length of backoff values");

    public static ApiError DescriptionTooLong { get; } = new(400, 10107, "consumer description is too long, maximum allowed is 4096");

    public static ApiError WildcardDeliverSubject { get; } = new(400, 10079, "consumer deliver subject has wildcards");

    public static ApiError InvalidDeliverSubject { get; } = new(400, 10112, "invalid push consumer deliver subject");

    public static ApiError DeliveryCycle { get; } = new(400, 10081, "consumer deliver subject forms a cycle");

    public static ApiError PushWithMaxWaiting { get; } = new(400, 10080, "consumer in push mode can not set max waiting");

    public static ApiError AckPendingWithoutAcks { get; } = new(400, 10082, "consumer requires ack policy for max ack pending");

    public static ApiError SmallHeartbeat { get; } = new(400, 10083, "consumer idle heartbeat needs to be >= 100ms");

    public static ApiError PullWithoutAcks { get; } = new(400, 10084, "consumer in pull mode requires explicit ack policy on workqueue stream");

    public static ApiError PullWithRateLimit { get; } = new(400, 10086, "consumer in pull mode can not have rate limit set");

    public static ApiError PullWithHeartbeat { get; } = new(400, 10088, "consumer idle heartbeat requires a push based consumer");

    public static ApiError PullWithFlowControl { get; } = new(400, 10089, "consumer flow control requires a push based consumer");

    public static ApiError DirectPull { get; } = new(400, 10090, "consumer direct requires a push based consumer");

    public static ApiError DirectDurable { get; } = new(400, 10091, "consumer direct requires an ephemeral consumer");

    public static ApiError FlowControlWithoutHeartbeats { get; } = new(400, 10108, "consumer with flow control also needs heartbeats");

    public static ApiError SmallMaxExpires { get; } = new(400, 10115, "consumer max request expires needs to be >= 1ms");

    public static ApiError FlowAcksOfPull { get; } = new(400, 10218, "flow control ack policy requires a push based consumer");

    public static ApiError FlowAcksWithoutFlowControl { get; } = new(400, 10219, "flow control ack policy requires flow control");

    public static ApiError FlowAcksHeartbeat { get; } = new(500, 10052, "flow control ack policy heartbeat needs to be 1s");

    public static ApiError FlowAcksWithoutLimit { get; } = new(400, 10220, "flow control ack policy requires max ack pending");

    public static ApiError FlowAcksWithAckWait { get; } = new(400, 10221, "flow control ack policy requires unset ack wait");

    public static ApiError FlowAcksWithMaxDeliver { get; } = new(400, 10222, "flow control ack policy requires unset max deliver");

    public static ApiError PushWithGroup { get; } = new(400, 10178, "priority groups can not be used with push consumers");

    public static ApiError PolicyWithoutGroup { get; } = new(400, 10159, "Setting PriorityPolicy requires at least one PriorityGroup to be set");

    public static ApiError GroupNotFound { get; } = new(400, 10160, "Provided priority group does not exist for this consumer");

    public static ApiError EmptyGroup { get; } = new(400, 10161, "Group name cannot be an empty string");

    public static ApiError InvalidGroup { get; } = new(400, 10162, "Valid priority group name must match A-Z, a-z, 0-9, -_/=)+ and may not exceed 16 characters");

    public static ApiError GroupWithoutPolicy { get; } = new(400, 10196, "consumer can not have priority groups when policy is none");

    public static ApiError TimeoutWithoutPolicy { get; } = new(400, 10197, "PinnedTTL cannot be set when PriorityPolicy is none");

    public static ApiError GroupMissing { get; } = ApiError.InvalidJson("consumer group not specified");

    public static ApiError EmptyBody { get; } = ApiError.InvalidJson("unexpected end of JSON input");

    public static ApiError WorkQueueAcks { get; } = new(400, 10098, "workqueue stream requires explicit ack");

    public static ApiError WorkQueueFilterMissing { get; } = new(400, 10099, "multiple non-filtered consumers not allowed on workqueue stream");

    public static ApiError WorkQueueFilterInUse { get; } = new(400, 10100, "filtered consumer not unique on workqueue stream");

    public static ApiError WorkQueueStart { get; } = new(400, 10101, "consumer must be deliver all on workqueue stream");

    public static ApiError InvalidSampling(string text) =>
        new(400, 10095, $"failed to parse consumer sampling configuration: strconv.Atoi: parsing \"{text}\": invalid syntax");

    public static ApiError AckPendingAboveLimit(int limit) => new(400, 10121, FormattableString.Invariant($"consumer max ack pending exceeds system limit of {limit}"));

    public static ApiError InactivityAboveLimit(string limit) => new(400, 10153, $"consumer inactive threshold exceeds system limit of {limit}");

    /// <summary>A value that a server changes by itself, unless it is asked not to.</summary>
    public static ApiError Pedantic(string reason) => new(400, 10157, $"pedantic mode: {reason}");
}
