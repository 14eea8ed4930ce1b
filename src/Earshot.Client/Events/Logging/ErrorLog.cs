using Microsoft.Extensions.Logging;

namespace Earshot.Events;

/// <summary>The messages of errors and limits.</summary>
internal static partial class ErrorLog
{
    public static void Write(ILogger logger, LogLevel level, NatsConnectionEvent e)
    {
        switch (e)
        {
            case NatsServerErrorEvent x: ServerError(logger, level, x.Text, x.Code, x.RepeatCount); break;
            case NatsPermissionViolationEvent x: PermissionViolation(logger, level, x.Operation, x.Subject, string.Join(", ", x.Subscriptions.Select(EventText.Of)), x.RepeatCount); break;
            case NatsAuthenticationErrorEvent x: AuthenticationError(logger, level, x.Server.ToString(), x.Error, x.ConsecutiveRejections, x.WillAbort); break;
            case NatsLimitExceededEvent x: LimitExceeded(logger, level, x.Limit, x.LimitValue, x.ActualValue); break;
            case NatsWriteErrorEvent x: WriteError(logger, level, x.Exception, LogText.Why(x.Exception), x.PendingBytes); break;
            case NatsSocketWriteTimeoutEvent x: SocketWriteTimeout(logger, level, EventText.Of(x.Timeout), x.PendingBytes); break;
            case NatsProtocolErrorEvent x: ProtocolError(logger, level, x.Exception, LogText.Why(x.Exception)); break;
            case NatsExceptionOccurredEvent x: ExceptionOccurred(logger, level, x.Exception, x.Origin, x.Subscription is { } sub ? EventText.Of(sub) : "no subscription", LogText.Why(x.Exception)); break;
        }
    }

    [LoggerMessage(EventId = (int)NatsEventKind.ServerError, Message = "server error: {Error} ({Code}, {Count} times)")]
    private static partial void ServerError(ILogger logger, LogLevel level, string error, NatsServerErrorCode code, int count);

    [LoggerMessage(EventId = (int)NatsEventKind.PermissionViolation, Message = "no permission: {Operation} on {Subject} (subscriptions: {Subscriptions}; {Count} times)")]
    private static partial void PermissionViolation(ILogger logger, LogLevel level, NatsPermissionOperation operation, string subject, string subscriptions, int count);

    [LoggerMessage(EventId = (int)NatsEventKind.AuthenticationError, Message = "authentication failed on {Server}: {Reason}, {Rejections} consecutive rejections, giving up: {WillAbort}")]
    private static partial void AuthenticationError(ILogger logger, LogLevel level, string server, NatsAuthErrorKind reason, int rejections, bool willAbort);

    [LoggerMessage(EventId = (int)NatsEventKind.LimitExceeded, Message = "limit exceeded: {Limit} {LimitValue}, was {ActualValue}")]
    private static partial void LimitExceeded(ILogger logger, LogLevel level, NatsLimit limit, long? limitValue, long? actualValue);

    [LoggerMessage(EventId = (int)NatsEventKind.WriteError, Message = "write failed: {Error}, {PendingBytes} bytes pending")]
    private static partial void WriteError(ILogger logger, LogLevel level, Exception? exception, string error, long pendingBytes);

    [LoggerMessage(EventId = (int)NatsEventKind.SocketWriteTimeout, Message = "socket write timed out after {Duration}, {PendingBytes} bytes pending")]
    private static partial void SocketWriteTimeout(ILogger logger, LogLevel level, string duration, long pendingBytes);

    [LoggerMessage(EventId = (int)NatsEventKind.ProtocolError, Message = "protocol error: {Error}")]
    private static partial void ProtocolError(ILogger logger, LogLevel level, Exception? exception, string error);

    [LoggerMessage(EventId = (int)NatsEventKind.ExceptionOccurred, Message = "exception in {Origin} of {Subscription}: {Error}")]
    private static partial void ExceptionOccurred(ILogger logger, LogLevel level, Exception? exception, NatsExceptionOrigin origin, string subscription, string error);
}
