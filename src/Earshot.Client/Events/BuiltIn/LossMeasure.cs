using Earshot.Diagnostics;

namespace Earshot.Events;

/// <summary>
/// Measures lost messages from the counters of the connection. Not from events: those of dropped messages are limited to one per
/// second and subscription, and a reader that falls behind misses some. Called by one reader, one event at a time.
/// </summary>
internal sealed class LossMeasure(ISnapshotSource connection, KeyValuePair<string, object?> name)
{
    private NatsStats _measured = connection.Stats();

    /// <summary>Adds what was lost since the last call, or since the measure was made.</summary>
    public void AddNew()
    {
        NatsStats now = connection.Stats();
        Add(EarshotMeter.MessagesDropped, now.DroppedMessages - _measured.DroppedMessages);
        Add(EarshotMeter.MessagesDiscarded, now.DiscardedMessages - _measured.DiscardedMessages);
        Add(EarshotMeter.MessagesUncertain, now.UncertainMessages - _measured.UncertainMessages);
        _measured = now;
    }

    private void Add(System.Diagnostics.Metrics.Counter<long> counter, long number)
    {
        if (number > 0)
        {
            Instruments.Add(counter, number, [name]);
        }
    }
}
