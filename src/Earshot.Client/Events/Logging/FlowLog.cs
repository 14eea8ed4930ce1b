using Microsoft.Extensions.Logging;

namespace Earshot.Events;

/// <summary>The messages of the flow of messages.</summary>
internal static partial class FlowLog
{
    public static void Write(ILogger logger, LogLevel level, NatsConnectionEvent e)
    {
        switch (e)
        {
            case NatsSlowConsumerEvent x: SlowConsumer(logger, level, EventText.Of(x.Subscription), x.PendingMessages, x.PendingBytes, x.Policy); break;
            case NatsSlowConsumerRecoveredEvent x: SlowConsumerRecovered(logger, level, EventText.Of(x.Subscription), EventText.Of(x.Duration), x.Dropped); break;
            case NatsMessageDroppedEvent x: MessageDropped(logger, level, x.DroppedSinceLast, EventText.Of(x.Subscription), x.Reason, x.DroppedTotal); break;
            case NatsMessageDiscardedEvent x: MessageDiscarded(logger, level, x.Subject, x.Size, x.Reason, x.RepeatCount); break;
            case NatsPendingBufferHighEvent x: PendingBufferHigh(logger, level, x.Bytes, x.LimitBytes); break;
            case NatsPendingBufferLowEvent x: PendingBufferLow(logger, level, x.Bytes, x.LimitBytes); break;
            case NatsPendingBufferFullEvent x: PendingBufferFull(logger, level, x.LimitBytes, x.Policy); break;
            case NatsPendingReplayedEvent x: PendingReplayed(logger, level, x.Messages, x.Bytes); break;
            case NatsPendingDiscardedEvent x: PendingDiscarded(logger, level, x.Messages, x.Bytes, x.Cause); break;
            case NatsRequestsFailedEvent x: RequestsFailed(logger, level, x.Count, x.Mode); break;
        }
    }

    [LoggerMessage(EventId = (int)NatsEventKind.SlowConsumer, Message = "slow consumer: {Subscription} holds {PendingMessages} messages, {PendingBytes} bytes ({Policy})")]
    private static partial void SlowConsumer(ILogger logger, LogLevel level, string subscription, long pendingMessages, long pendingBytes, NatsSlowConsumerPolicy policy);

    [LoggerMessage(EventId = (int)NatsEventKind.SlowConsumerRecovered, Message = "{Subscription} recovered after {Duration}, {Dropped} messages dropped")]
    private static partial void SlowConsumerRecovered(ILogger logger, LogLevel level, string subscription, string duration, long dropped);

    [LoggerMessage(EventId = (int)NatsEventKind.MessageDropped, Message = "{Dropped} messages dropped by {Subscription} ({Reason}), {DroppedTotal} in all")]
    private static partial void MessageDropped(ILogger logger, LogLevel level, long dropped, string subscription, NatsMessageDropReason reason, long droppedTotal);

    [LoggerMessage(EventId = (int)NatsEventKind.MessageDiscarded, Message = "message to {Subject} discarded, {Size} bytes ({Reason}, {Count} times)")]
    private static partial void MessageDiscarded(ILogger logger, LogLevel level, string subject, int size, NatsMessageDiscardReason reason, int count);

    [LoggerMessage(EventId = (int)NatsEventKind.PendingBufferHigh, Message = "pending buffer high: {Bytes} of {LimitBytes} bytes")]
    private static partial void PendingBufferHigh(ILogger logger, LogLevel level, long bytes, long limitBytes);

    [LoggerMessage(EventId = (int)NatsEventKind.PendingBufferLow, Message = "pending buffer low: {Bytes} of {LimitBytes} bytes")]
    private static partial void PendingBufferLow(ILogger logger, LogLevel level, long bytes, long limitBytes);

    [LoggerMessage(EventId = (int)NatsEventKind.PendingBufferFull, Message = "pending buffer full at {LimitBytes} bytes ({Policy})")]
    private static partial void PendingBufferFull(ILogger logger, LogLevel level, long limitBytes, NatsPendingBufferPolicy policy);

    [LoggerMessage(EventId = (int)NatsEventKind.PendingReplayed, Message = "sent {Messages} publishes that had waited, {Bytes} bytes")]
    private static partial void PendingReplayed(ILogger logger, LogLevel level, long messages, long bytes);

    [LoggerMessage(EventId = (int)NatsEventKind.PendingDiscarded, Message = "discarded {Messages} pending messages, {Bytes} bytes ({Reason})")]
    private static partial void PendingDiscarded(ILogger logger, LogLevel level, long messages, long bytes, NatsPendingDiscardReason reason);

    [LoggerMessage(EventId = (int)NatsEventKind.RequestsFailed, Message = "{Requests} requests in flight at the loss of the session ({Mode})")]
    private static partial void RequestsFailed(ILogger logger, LogLevel level, int requests, NatsRequestFailMode mode);
}
