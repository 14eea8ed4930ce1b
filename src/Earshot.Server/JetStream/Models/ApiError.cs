namespace Earshot.Server.JetStream;

/// <summary>An error of the API.</summary>
/// <param name="Code">The class of the error, as in HTTP.</param>
/// <param name="ErrCode">The code of the error itself.</param>
/// <param name="Description">What is wrong.</param>
internal sealed record ApiError(int Code, int ErrCode, string Description)
{
    public static ApiError BadRequest { get; } = new(400, 10003, "bad request");

    public static ApiError StreamNotFound { get; } = new(404, 10059, "stream not found");

    public static ApiError StreamNameInUse { get; } = new(400, 10058, "stream name already in use with a different configuration");

    public static ApiError StreamNameMismatch { get; } = new(400, 10056, "stream name in subject does not match request");

    public static ApiError StreamMismatch { get; } = new(400, 10060, "expected stream does not match");

    public static ApiError SubjectsOverlap { get; } = new(400, 10065, "subjects overlap with an existing stream");

    public static ApiError MessageNotFound { get; } = new(404, 10037, "no message found");

    public static ApiError ConsumerNotFound { get; } = new(404, 10014, "consumer not found");

    public static ApiError ConsumerExists { get; } = new(400, 10148, "consumer already exists");

    public static ApiError ConsumerDoesNotExist { get; } = new(400, 10149, "consumer does not exist");

    public static ApiError MaximumConsumers { get; } = new(400, 10026, "maximum consumers limit reached");

    public static ApiError MessageTooLarge { get; } = new(400, 10054, "message size exceeds maximum allowed");

    public static ApiError Sealed { get; } = new(400, 10109, "invalid operation on sealed stream");

    public static ApiError RollupFailed(string reason) => new(500, 10111, reason);

    public static ApiError DeleteNotPermitted { get; } = new(500, 10057, "message delete not permitted");

    public static ApiError PurgeNotPermitted { get; } = new(500, 10110, "stream purge not permitted");

    public static ApiError InvalidTtl { get; } = new(400, 10165, "invalid per-message TTL");

    public static ApiError TtlDisabled { get; } = new(400, 10166, "per-message TTL is disabled");

    public static ApiError NoCluster { get; } = new(503, 10010, "JetStream clustering support required");

    public static ApiError LevelRequired { get; } = new(412, 10185, "JetStream minimum api level required");

    public static ApiError UnavailableForNow { get; } = new(503, 10008, "JetStream system temporarily unavailable");

    public static ApiError InsufficientResources { get; } = new(503, 10023, "insufficient resources");

    public static ApiError SubjectWithoutSequence { get; } = new(400, 10193, "missing sequence for expected last sequence per subject");

    public static ApiError WrongLastSequence(ulong last) => new(400, 10071, FormattableString.Invariant($"wrong last sequence: {last}"));

    public static ApiError WrongLastId(string? last) => new(400, 10070, $"wrong last msg ID: {last}");

    public static ApiError StoreFailed(string reason) => new(503, 10077, reason);

    public static ApiError SequenceNotFound(ulong sequence) => new(400, 10043, FormattableString.Invariant($"sequence {sequence} not found"));

    public static ApiError InvalidJson(string reason) => new(400, 10025, $"invalid JSON: {reason}");

    public static ApiError UnknownWord(string word) => InvalidJson($"can not unmarshal \"\\\"{word}\\\"\"");

    public static ApiError StreamConfig(string reason) => new(500, 10052, reason);

    public static ApiError StreamUpdate(string reason) => new(500, 10069, reason);

    public static ApiError ConsumerPolicy(string reason) => new(400, 10094, reason);

    public static ApiError ConsumerCreate(string reason) => new(500, 10012, reason);

    /// <summary>A feature that servers in the process do not have.</summary>
    public static ApiError NotInProcess(string feature) => new(500, 10052, $"{feature} are not supported by the in-process server");
}
