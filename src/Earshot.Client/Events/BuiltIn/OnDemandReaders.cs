using Earshot.Diagnostics;

namespace Earshot.Events;

/// <summary>Metrics and outage activities: each starts in a journal with the first event at which the process listens to its output.</summary>
internal sealed class OnDemandReaders : IOnDemandReaders
{
    private const int Metrics = 1;
    private const int Outages = 2;

    public int All => Metrics | Outages;

    public NatsEventFilter Coalescable => MetricsReader.Coalescable;

    public void Wake(Journal journal)
    {
        if (EarshotMeter.IsListenedTo && journal.TryWake(Metrics))
        {
            MetricsReader.Attach(journal);
        }

        if (EarshotActivities.HasListeners && journal.TryWake(Outages))
        {
            OutageActivityReader.Attach(journal);
        }
    }
}
