namespace Earshot.JetStream.Errors;

/// <summary>Groups the errors of the API by the reaction of the client. Decides by the number only: the class of one error differs between servers.</summary>
internal static class ErrorGroups
{
    /// <summary>Whether there is no leader or no quorum, or the stream or consumer is offline: the same call may succeed soon.</summary>
    public static bool IsUnavailable(ApiError error) => (NatsJSErrorCode)error.ErrCode
        is NatsJSErrorCode.NotAvailable or NatsJSErrorCode.StreamOffline or NatsJSErrorCode.ConsumerOffline
        or NatsJSErrorCode.StreamOfflineReason or NatsJSErrorCode.ConsumerOfflineReason;

    /// <summary>Whether the state of the server or of its cluster caused the error, and not the request: resources, load, or too few nodes.</summary>
    public static bool IsOfTheServer(ApiError error) => error.Code is >= 500 or 429
        || (NatsJSErrorCode)error.ErrCode is NatsJSErrorCode.ClusterNoPeers or NatsJSErrorCode.MaximumConsumersLimit;

    /// <summary>Whether a publish was rejected temporarily: the same message may be stored soon.</summary>
    public static bool IsRefusedForNow(ApiError error) => (NatsJSErrorCode)error.ErrCode
        is NatsJSErrorCode.NotAvailable or NatsJSErrorCode.LastSequenceNotReady or NatsJSErrorCode.TooManyRequests or NatsJSErrorCode.DuplicateInProgress
        or NatsJSErrorCode.AtomicPublishTooManyInflight or NatsJSErrorCode.BatchPublishTooManyInflight;

    /// <summary>Whether an expectation of the publish was not met.</summary>
    public static bool IsWrongExpectation(ApiError error) => (NatsJSErrorCode)error.ErrCode
        is NatsJSErrorCode.StreamWrongLastSequence or NatsJSErrorCode.StreamWrongLastSequenceConstant or NatsJSErrorCode.StreamWrongLastMsgId;

    /// <summary>Whether the server does not support a field of the request, or the required API level.</summary>
    public static bool IsFeatureMissing(ApiError error) => (NatsJSErrorCode)error.ErrCode == NatsJSErrorCode.RequiredApiLevel
        || ((NatsJSErrorCode)error.ErrCode == NatsJSErrorCode.InvalidJson && error.Description?.Contains("unknown field", StringComparison.Ordinal) == true);
}
