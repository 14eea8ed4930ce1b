using Microsoft.Extensions.Logging;

namespace Earshot.Events;

/// <summary>The messages of listeners, callbacks and the client itself.</summary>
internal static partial class MetaLog
{
    public static void Write(ILogger logger, LogLevel level, NatsConnectionEvent e)
    {
        switch (e)
        {
            case NatsEventsMissedEvent x: EventsMissed(logger, level, x.FromSequence, x.ToSequence); break;
            case NatsListenerFaultedEvent x: ListenerFaulted(logger, level, x.Exception, x.Listener, x.Event.Sequence, x.Event.Kind, LogText.Why(x.Exception), x.Detached); break;
            case NatsListenerStalledEvent x: ListenerStalled(logger, level, x.Listener, EventText.Of(x.RunningTime), x.Backlog); break;
            case NatsCallbackFaultedEvent x: CallbackFaulted(logger, level, x.Exception, x.Callback, LogText.Why(x.Exception), x.Fallback); break;
            case NatsProtocolTraceEvent x: ProtocolTrace(logger, level, x.Direction, System.Text.Encoding.UTF8.GetString(x.Line.Span)); break;
            case NatsConfigurationWarningEvent x: ConfigurationWarning(logger, level, x.Text, x.Code); break;
            case NatsInternalFaultEvent x: InternalFault(logger, level, x.Exception, LogText.Why(x.Exception), x.Restarted); break;
        }
    }

    [LoggerMessage(EventId = (int)NatsEventKind.EventsMissed, Message = "the log missed events {From} to {To}")]
    private static partial void EventsMissed(ILogger logger, LogLevel level, long from, long to);

    [LoggerMessage(EventId = (int)NatsEventKind.ListenerFaulted, Message = "listener {Listener} threw on event {EventSequence} {EventKind}: {Error}; detached: {Detached}")]
    private static partial void ListenerFaulted(ILogger logger, LogLevel level, Exception? exception, string listener, long eventSequence, NatsEventKind eventKind, string error, bool detached);

    [LoggerMessage(EventId = (int)NatsEventKind.ListenerStalled, Message = "listener {Listener} has been running for {Duration}, {Backlog} events pending")]
    private static partial void ListenerStalled(ILogger logger, LogLevel level, string listener, string duration, int backlog);

    [LoggerMessage(EventId = (int)NatsEventKind.CallbackFaulted, Message = "callback {Callback} threw: {Error}; instead: {Fallback}")]
    private static partial void CallbackFaulted(ILogger logger, LogLevel level, Exception? exception, NatsOptionCallback callback, string error, string fallback);

    [LoggerMessage(EventId = (int)NatsEventKind.ProtocolTrace, Message = "{Direction}: {Line}")]
    private static partial void ProtocolTrace(ILogger logger, LogLevel level, NatsTraceDirection direction, string line);

    [LoggerMessage(EventId = (int)NatsEventKind.ConfigurationWarning, Message = "configuration: {Text} [{Code}]")]
    private static partial void ConfigurationWarning(ILogger logger, LogLevel level, string text, string code);

    [LoggerMessage(EventId = (int)NatsEventKind.InternalFault, Message = "internal fault: {Error}; restarted: {Restarted}")]
    private static partial void InternalFault(ILogger logger, LogLevel level, Exception? exception, string error, bool restarted);
}
