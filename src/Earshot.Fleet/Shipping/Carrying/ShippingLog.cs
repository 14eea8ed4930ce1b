using Microsoft.Extensions.Logging;

namespace Earshot.Fleet.Shipping;

/// <summary>The log messages of a shipper: at most one warning an hour. What happens to connections is logged by the client.</summary>
internal static partial class ShippingLog
{
    public static void Warn(ILogger logger, SendFailure failure, string subject, string? text)
    {
        switch (failure)
        {
            case SendFailure.Refused:
                Refused(logger, subject);
                break;
            case SendFailure.NoStream:
                NoStream(logger, subject, Streams.FleetSubjects.JournalStream);
                break;
            case SendFailure.Error:
                Error(logger, subject, text);
                break;
            case SendFailure.TooLarge:
                TooLarge(logger, subject, text);
                break;
            default:
                NoAck(logger, subject);
                break;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "journals are not shipped: the server refuses {Subject} or the inbox of its acks; allow the user to publish to it and to subscribe to its inbox. The next session tries again, and this is logged once per hour")]
    private static partial void Refused(ILogger logger, string subject);

    [LoggerMessage(2, LogLevel.Warning, "journals are not shipped: no stream has {Subject}; create the stream {Stream}, or import its subjects into this account. The shipper tries again, and this is logged once per hour")]
    private static partial void NoStream(ILogger logger, string subject, string stream);

    [LoggerMessage(3, LogLevel.Warning, "journals are not shipped: the stream of {Subject} answers {Error}. The shipper tries again, and this is logged once per hour")]
    private static partial void Error(ILogger logger, string subject, string? error);

    [LoggerMessage(4, LogLevel.Warning, "journals are not shipped: nothing acknowledges {Subject} in time. The shipper tries again, and this is logged once per hour")]
    private static partial void NoAck(ILogger logger, string subject);

    [LoggerMessage(6, LogLevel.Warning, "events of journals are dropped: the stream of {Subject} takes no message of their size and answers {Error}; remove its max_msg_size. The shipper continues with smaller messages, and this is logged once per hour")]
    private static partial void TooLarge(ILogger logger, string subject, string? error);
}
