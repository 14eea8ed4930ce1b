using Microsoft.Extensions.Logging;

namespace Earshot.Events;

/// <summary>Reads the journal for the log. A logger that blocks or throws affects only the log.</summary>
internal static class LogReader
{
    /// <summary>Asks for coalescable kinds only where their level is enabled, so that a quiet log costs nothing.</summary>
    public static IDisposable Attach(Journal journal, ILoggerFactory loggers, string connection, bool noSlowConsumers = false)
    {
        var log = new EventLog(loggers, connection, journal.Time);
        NatsEventFilter filter = log.Filter();
        if (noSlowConsumers)
        {
            filter &= ~NatsEventFilter.Of(NatsEventKind.SlowConsumer, NatsEventKind.MessageDropped);
        }

        var spec = new ReaderSpec { Name = nameof(LogReader), Filter = filter, From = NatsEventPosition.Now };
        return EventPump.Start(journal, spec, (e, _) =>
        {
            log.Write(e);
            return default;
        });
    }
}
