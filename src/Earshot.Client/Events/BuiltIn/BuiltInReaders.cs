using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Earshot.Events;

/// <summary>The readers that every connection has: metrics, one activity per outage, and the log where one is configured.</summary>
internal static class BuiltInReaders
{
    /// <summary>Those that every journal of a connection begins with, asleep.</summary>
    public static IOnDemandReaders OnDemand { get; } = new OnDemandReaders();

    public static void Attach(Journal journal, ILoggerFactory loggers, string connection, bool noSlowConsumers = false)
    {
        if (loggers is not NullLoggerFactory)
        {
            LogReader.Attach(journal, loggers, connection, noSlowConsumers);
        }
    }
}
