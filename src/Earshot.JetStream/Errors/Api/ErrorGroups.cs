namespace Earshot.JetStream.Errors;

/// <summary>Errors of the API by what a client does about them. Decided by the number alone: the class of one error differs.</summary>
internal static class ErrorGroups
{
    /// <summary>No leader, no quorum, offline: the same call may succeed soon.</summary>
    public static bool IsUnavailable(ApiError error) => (NatsJSErrorCode)error.ErrCode
        is NatsJSErrorCode.NotAvailable or NatsJSErrorCode.StreamOffline or NatsJSErrorCode.ConsumerOffline
        or NatsJSErrorCode.StreamOfflineReason or NatsJSErrorCode.ConsumerOfflineReason;

    /// <summary>A publish that was refused for now: the same message may be stored soon.</summary>
    public static bool IsRefusedForNow(ApiError error) => (NatsJSErrorCode)error.ErrCode
        is NatsJSErrorCode.NotAvailable or NatsJSErrorCode.LastSequenceNotReady or NatsJSErrorCode.TooManyRequests or NatsJSErrorCode.DuplicateInProgress
        or NatsJSErrorCode.AtomicPublishTooManyInflight or NatsJSErrorCode.BatchPublishTooManyInflight;

    /// <summary>An expectation of the publish does not hold.</summary>
    public static bool IsWrongExpectation(ApiError error) => (NatsJSErrorCode)error.ErrCode
        is NatsJSErrorCode.StreamWrongLastSequence or NatsJSErrorCode.StreamWrongLastSequenceConstant or NatsJSErrorCode.StreamWrongLastMsgId;

    /// <summary>The server does not know a field of the request, or the level it asks for.</summary>
    public static bool IsFeatureMissing(ApiError error) => (NatsJSErrorCode)error.ErrCode == NatsJSErrorCode.RequiredApiLevel
        || ((NatsJSErrorCode)error.ErrCode == NatsJSErrorCode.InvalidJson && error.Description?.Contains("unknown field", StringComparison.Ordinal) == true);
}
