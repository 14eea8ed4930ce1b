namespace Earshot.Server.JetStream;

/// <summary>The errors of publishes that concern batches, counters and schedules.</summary>
internal static class PublishError
{
    public static ApiError WrongLastSequenceInBatch { get; } = new(400, 10164, "wrong last sequence");

    public static ApiError CountersDisabled { get; } = new(400, 10168, "message counters is disabled");

    public static ApiError IncrementMissing { get; } = new(400, 10169, "message counter increment is missing");

    public static ApiError IncrementWithPayload { get; } = new(400, 10170, "message counter has payload");

    public static ApiError InvalidIncrement { get; } = new(400, 10171, "message counter increment is invalid");

    public static ApiError BrokenCounter { get; } = new(400, 10172, "message counter is broken");

    public static ApiError AtomicDisabled { get; } = new(400, 10174, "atomic publish is disabled");

    public static ApiError BatchSequenceMissing { get; } = new(400, 10175, "atomic publish sequence is missing");

    public static ApiError BatchIncomplete { get; } = new(400, 10176, "atomic publish batch is incomplete");

    public static ApiError InvalidBatchId { get; } = new(400, 10179, "atomic publish batch ID is invalid");

    public static ApiError RequiredLevel { get; } = new(412, 10185, "JetStream minimum api level required");

    public static ApiError SchedulesDisabled { get; } = new(400, 10188, "message schedules is disabled");

    public static ApiError InvalidSchedule { get; } = new(400, 10189, "message schedules pattern is invalid");

    public static ApiError InvalidTarget { get; } = new(400, 10190, "message schedules target is invalid");

    public static ApiError InvalidScheduleTtl { get; } = new(400, 10191, "message schedules invalid per-message TTL");

    public static ApiError InvalidScheduleRollup { get; } = new(400, 10192, "message schedules invalid rollup");

    public static ApiError InvalidCommit { get; } = new(400, 10200, "atomic publish batch commit is invalid");

    public static ApiError DuplicateInBatch { get; } = new(400, 10201, "atomic publish batch contains duplicate message id");

    public static ApiError InvalidSource { get; } = new(400, 10203, "message schedules source is invalid");

    public static ApiError FastDisabled { get; } = new(400, 10205, "batch publish is disabled");

    public static ApiError InvalidFastPattern { get; } = new(400, 10206, "batch publish pattern is invalid");

    public static ApiError InvalidFastId { get; } = new(400, 10207, "batch publish ID is invalid");

    public static ApiError UnknownFastId { get; } = new(400, 10208, "batch publish ID unknown");

    public static ApiError TooManyAtomic { get; } = new(429, 10210, "atomic publish too many inflight");

    public static ApiError TooManyFast { get; } = new(429, 10211, "batch publish too many inflight");

    public static ApiError InvalidScheduler { get; } = new(400, 10212, "message schedules invalid scheduler");

    public static ApiError InvalidTimeZone { get; } = new(400, 10223, "message schedules time zone is invalid");

    public static ApiError StreamSource { get; } = new(400, 10227, "message stream source header is not allowed");

    public static ApiError UnsupportedInBatch(string header) => new(400, 10177, $"atomic publish unsupported header used: {header}");

    public static ApiError BatchTooLarge(int limit) => new(400, 10199, FormattableString.Invariant($"atomic publish batch is too large: {limit}"));
}
