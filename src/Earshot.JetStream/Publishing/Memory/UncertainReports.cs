using Earshot.Connections;
using Earshot.Timing;

namespace Earshot.JetStream.Publishing;

/// <summary>Reports unknown outcomes, and outcomes that became known later. Those of one kind within 100 ms are one event with a count.</summary>
internal sealed class UncertainReports(ConnectionPort port) : TimerEntry
{
    private static readonly TimeSpan s_burst = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<UncertainResult, NatsUncertainOutcomeEvent> _open = [];

    public void Add(NatsUncertainOutcomeEvent e)
    {
        lock (_open)
        {
            if (_open.TryGetValue(e.Result, out NatsUncertainOutcomeEvent? first))
            {
                _open[e.Result] = first with { Count = first.Count + 1 };
                return;
            }

            _open.Add(e.Result, e with { Count = 1 });
            if (_open.Count == 1)
            {
                port.Timers.Schedule(this, s_burst);
            }
        }
    }

    /// <summary>Appends the collected events. Called before the connection reports that it is closed.</summary>
    public void Flush()
    {
        NatsUncertainOutcomeEvent[] events;
        lock (_open)
        {
            events = [.. _open.Values];
            _open.Clear();
        }

        foreach (NatsUncertainOutcomeEvent e in events)
        {
            port.Append(e);
        }
    }

    protected override void Fire() => Flush();
}
