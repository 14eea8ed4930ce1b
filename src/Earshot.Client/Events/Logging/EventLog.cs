using Microsoft.Extensions.Logging;

namespace Earshot.Events;

/// <summary>
/// Writes events to the log of the application. Each category of events has a logger of its own, such as <c>Earshot.Lifecycle</c>, so that
/// configuration can filter. The event id is the kind. An exception is attached at the levels Error and Debug: the entries of an outage
/// stay one line with every logger.
/// </summary>
internal sealed class EventLog
{
    private readonly ILoggerFactory _loggers;
    private readonly string _connection;
    private readonly OutageLog _outage;
    private readonly ILogger?[] _categories = new ILogger?[Enum.GetValues<NatsEventCategory>().Length];

    public EventLog(ILoggerFactory loggers, string connection, TimeProvider time)
    {
        (_loggers, _connection) = (loggers, connection);
        _outage = new OutageLog(time, e => new EventLogger(LoggerOf(NatsEventCategory.Lifecycle), connection, e));
    }

    /// <summary>The events that are read: of those that are only made on request, the ones whose level is enabled.</summary>
    public NatsEventFilter Filter()
    {
        NatsEventFilter filter = NatsEventFilter.Lossless | NatsEventFilter.Of(NatsEventKind.ReconnectDelay);
        foreach ((NatsEventKind kind, LogLevel level) in (ReadOnlySpan<(NatsEventKind, LogLevel)>)
            [
                (NatsEventKind.ConnectAttempt, LogLevel.Debug), (NatsEventKind.ConnectPhaseCompleted, LogLevel.Trace),
                (NatsEventKind.PingSent, LogLevel.Trace), (NatsEventKind.PongReceived, LogLevel.Trace),
                (NatsEventKind.MessageDropped, LogLevel.Warning), (NatsEventKind.MessageDiscarded, LogLevel.Warning),
                (NatsEventKind.SubscriptionCreated, LogLevel.Debug), (NatsEventKind.SubscriptionRemoved, LogLevel.Debug),
                (NatsEventKind.FlowControlProcessed, LogLevel.Debug),
            ])
        {
            if (LoggerOf((NatsEventCategory)((int)kind / 100)).IsEnabled(level))
            {
                filter |= NatsEventFilter.Of(kind);
            }
        }

        return filter;
    }

    public void Write(NatsConnectionEvent e)
    {
        _outage.Follow(e, out bool isWritten);
        LogLevel level = LogLevels.Of(e, _outage.IsAway);
        ILogger logger = LoggerOf(e.Category);
        if (isWritten || !logger.IsEnabled(level))
        {
            return;
        }

        var target = new EventLogger(logger, _connection, e);
        switch (e.Category)
        {
            case NatsEventCategory.Lifecycle: LifecycleLog.Write(target, level, e); break;
            case NatsEventCategory.Attempt: AttemptLog.Write(target, level, e); break;
            case NatsEventCategory.Cluster or NatsEventCategory.Health: ClusterLog.Write(target, level, e); break;
            case NatsEventCategory.Error: ErrorLog.Write(target, level, e); break;
            case NatsEventCategory.Flow: FlowLog.Write(target, level, e); break;
            case NatsEventCategory.Subscription or NatsEventCategory.Drain: SubscriptionLog.Write(target, level, e); break;
            case NatsEventCategory.JetStream: JetStreamLog.Write(target, level, e); break;
            case NatsEventCategory.Meta: MetaLog.Write(target, level, e); break;
        }
    }

    private ILogger LoggerOf(NatsEventCategory category) => _categories[(int)category] ??= _loggers.CreateLogger($"Earshot.{category}");
}
