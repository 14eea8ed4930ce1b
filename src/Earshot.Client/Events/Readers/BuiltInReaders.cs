using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Earshot.Events;

/// <summary>The readers that every connection has: metrics, one activity per outage, and the log where one is configured.</summary>
internal static class BuiltInReaders
{
    public static void Attach(Journal journal, ILoggerFactory loggers, bool noSlowConsumers = false)
    {
        MetricsReader.Attach(journal);
        OutageActivityReader.Attach(journal);
        if (loggers is not NullLoggerFactory)
            LogReader.Attach(journal, loggers.CreateLogger("Earshot"), noSlowConsumers);
    }
}
