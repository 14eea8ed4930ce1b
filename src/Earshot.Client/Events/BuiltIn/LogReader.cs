using Earshot.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Earshot.Events;

/// <summary>Writes the journal to a log: one line per event, its kind as event id. A logger that blocks or throws harms only the log.</summary>
internal static class LogReader
{
    /// <summary>Asks for coalescable kinds only where their level is enabled, so that a quiet log costs nothing.</summary>
    public static IDisposable Attach(Journal journal, ILogger logger, bool noSlowConsumers = false)
    {
        NatsEventFilter filter = logger.IsEnabled(LogLevel.Trace) ? NatsEventFilter.All
            : logger.IsEnabled(LogLevel.Debug) ? NatsEventFilter.All & ~NatsEventFilter.Of(NatsEventKind.PingSent, NatsEventKind.PongReceived, NatsEventKind.ConnectPhaseCompleted)
            : NatsEventFilter.Lossless | NatsEventFilter.Of(NatsEventKind.MessageDropped, NatsEventKind.MessageDiscarded);
        if (noSlowConsumers)
        {
            filter &= ~NatsEventFilter.Of(NatsEventKind.SlowConsumer, NatsEventKind.MessageDropped);
        }

        var spec = new ReaderSpec { Name = nameof(LogReader), Filter = filter, From = NatsEventPosition.Now };
        return EventPump.Start(journal, spec, (e, _) =>
        {
            var line = new ConnectionLogLine(e.Message, e.Sequence, e.State.ToString(), e.SessionId, e.OutageId);
            ConnectionLog.Write(logger, LevelOf(e.Severity), new EventId((int)e.Kind, e.Kind.ToString()), line);
            return default;
        });
    }

    private static LogLevel LevelOf(NatsEventSeverity severity) => severity switch
    {
        NatsEventSeverity.Trace => LogLevel.Trace,
        NatsEventSeverity.Debug => LogLevel.Debug,
        NatsEventSeverity.Information => LogLevel.Information,
        NatsEventSeverity.Warning => LogLevel.Warning,
        NatsEventSeverity.Error => LogLevel.Error,
        _ => LogLevel.Critical,
    };
}
