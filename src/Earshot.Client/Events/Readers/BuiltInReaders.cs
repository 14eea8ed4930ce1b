using Earshot.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Earshot.Events;

/// <summary>The readers that every connection has: metrics, one activity per outage, and the log where one is configured.</summary>
internal static class BuiltInReaders
{
    /// <summary>Those that every journal of a connection begins with, asleep.</summary>
    public const DormantReaders Dormant = DormantReaders.Metrics | DormantReaders.Outages;

    public static void Attach(Journal journal, ILoggerFactory loggers, bool noSlowConsumers = false)
    {
        if (loggers is not NullLoggerFactory)
        {
            LogReader.Attach(journal, loggers.CreateLogger("Earshot"), noSlowConsumers);
        }
    }

    /// <summary>An event is about to be appended: starts the readers somebody listens to by now, so that they read it.</summary>
    public static void Wake(Journal journal)
    {
        if (EarshotMeter.IsListenedTo && journal.TryWake(DormantReaders.Metrics))
        {
            MetricsReader.Attach(journal);
        }

        if (EarshotActivities.Source.HasListeners() && journal.TryWake(DormantReaders.Outages))
        {
            OutageActivityReader.Attach(journal);
        }
    }
}
