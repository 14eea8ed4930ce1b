using Microsoft.Extensions.Logging;

namespace Earshot.Events;

/// <summary>The messages of JetStream.</summary>
internal static partial class JetStreamLog
{
    public static void Write(ILogger logger, LogLevel level, NatsConnectionEvent e)
    {
        switch (e)
        {
            case NatsHeartbeatAlarmEvent x: HeartbeatAlarm(logger, level, $"{x.Consumer}", EventText.Of(x.Silence), x.Missed); break;
            case NatsUnhandledStatusEvent x: UnhandledStatus(logger, level, x.Code, x.Description, x.Subject); break;
            case NatsPullStatusWarningEvent x: PullStatusWarning(logger, level, $"{x.Consumer}", x.Code, x.Description, x.Clamped); break;
            case NatsPullStatusErrorEvent x: PullStatusError(logger, level, $"{x.Consumer}", x.Code, x.Description); break;
            case NatsFlowControlProcessedEvent x: FlowControlProcessed(logger, level, $"{x.Consumer}", EventText.Of(x.Held), x.Source); break;
            case NatsConsumerNotificationEvent x: ConsumerNotification(logger, level, $"{x.Consumer}", x.Notification, x.Detail ?? LogText.None, x.Count); break;
            case NatsConsumerStalledEvent x: ConsumerStalled(logger, level, $"{x.Consumer}", x.Reason, x.Info?.Describe() ?? LogText.None); break;
            case NatsConsumerResumedEvent x: ConsumerResumed(logger, level, $"{x.Consumer}", EventText.Of(x.Stalled), x.Sign); break;
            case NatsConsumerLostEvent x: ConsumerLost(logger, level, $"{x.Consumer}", x.Reason, x.Error is { } error ? $"{error.Description} ({error.ErrCode})" : LogText.None); break;
            case NatsConsumerRecreatedEvent x: ConsumerRecreated(logger, level, $"{x.Consumer}", x.FromStreamSeq, EventText.Of(x.Duration), x.Cause); break;
            case NatsStreamRegressionEvent x: StreamRegression(logger, level, x.Stream, x.Found, x.Expected, x.Evidence); break;
            case NatsUncertainOutcomeEvent x: UncertainOutcome(logger, level, x.Operation, x.Subject, x.Result, EventText.Of(x.Duration), x.Count); break;
        }
    }

    [LoggerMessage(EventId = (int)NatsEventKind.HeartbeatAlarm, Message = "no message or heartbeat from {Consumer} for {Silence}, {Missed} heartbeats missed")]
    private static partial void HeartbeatAlarm(ILogger logger, LogLevel level, string consumer, string silence, int missed);

    [LoggerMessage(EventId = (int)NatsEventKind.UnhandledStatus, Message = "unknown status {Code} '{Description}' on {Subject}")]
    private static partial void UnhandledStatus(ILogger logger, LogLevel level, int code, string description, string subject);

    [LoggerMessage(EventId = (int)NatsEventKind.PullStatusWarning, Message = "{Consumer}: {Code} {Description}, requests less from now on: {Clamped}")]
    private static partial void PullStatusWarning(ILogger logger, LogLevel level, string consumer, int code, string description, bool clamped);

    [LoggerMessage(EventId = (int)NatsEventKind.PullStatusError, Message = "{Consumer}: {Code} {Description}")]
    private static partial void PullStatusError(ILogger logger, LogLevel level, string consumer, int code, string description);

    [LoggerMessage(EventId = (int)NatsEventKind.FlowControlProcessed, Message = "{Consumer}: answered flow control after {Held} ({Source})")]
    private static partial void FlowControlProcessed(ILogger logger, LogLevel level, string consumer, string held, FlowControlSource source);

    [LoggerMessage(EventId = (int)NatsEventKind.ConsumerNotification, Message = "{Consumer}: {Notification} ({Detail}, {Count} times)")]
    private static partial void ConsumerNotification(ILogger logger, LogLevel level, string consumer, NatsJSNotificationKind notification, string detail, long count);

    [LoggerMessage(EventId = (int)NatsEventKind.ConsumerStalled, Message = "{Consumer} stalled: {Reason} ({Info})")]
    private static partial void ConsumerStalled(ILogger logger, LogLevel level, string consumer, StallReason reason, string info);

    [LoggerMessage(EventId = (int)NatsEventKind.ConsumerResumed, Message = "{Consumer} resumed after {Stalled} ({Sign})")]
    private static partial void ConsumerResumed(ILogger logger, LogLevel level, string consumer, string stalled, ResumeSign sign);

    [LoggerMessage(EventId = (int)NatsEventKind.ConsumerLost, Message = "{Consumer} lost: {Reason} ({Error})")]
    private static partial void ConsumerLost(ILogger logger, LogLevel level, string consumer, LostReason reason, string error);

    [LoggerMessage(EventId = (int)NatsEventKind.ConsumerRecreated, Message = "{Consumer} recreated from sequence {StreamSequence} after {Duration} ({Reason})")]
    private static partial void ConsumerRecreated(ILogger logger, LogLevel level, string consumer, ulong streamSequence, string duration, RecreateCause reason);

    [LoggerMessage(EventId = (int)NatsEventKind.StreamRegression, Message = "stream {Stream} lost messages: sequence {Found} found, at least {Expected} expected ({Evidence})")]
    private static partial void StreamRegression(ILogger logger, LogLevel level, string stream, ulong found, ulong expected, RegressionEvidence evidence);

    [LoggerMessage(EventId = (int)NatsEventKind.UncertainOutcome, Message = "{Operation} to {Subject}: {Result}, {Duration} after it was sent ({Count} operations)")]
    private static partial void UncertainOutcome(ILogger logger, LogLevel level, UncertainOperation operation, string subject, UncertainResult result, string duration, long count);
}
