using Earshot.Simulation.Streams.Store;
using Earshot.Simulation.Workload;

namespace Earshot.Simulation.Streams;

/// <summary>
/// What one connection knows of the stream, and what its events said. A connection that knows a sequence which the stream lost must report a
/// regression before a publish succeeds with a sequence that was assigned again.
/// </summary>
internal sealed class StreamSight : INatsConnectionListener
{
    private readonly ClientContext _client;
    private readonly Dictionary<string, TimeSpan> _mentioned = [];
    private ulong _known; // the highest sequence of an ack
    private (ulong Known, int Drops, int Regressions)? _due; // a loss of what was known, and what had been reported before

    public StreamSight(ClientContext client, StoreLedger store)
    {
        _client = client;
        store.Lost += last =>
        {
            if (_known > last)
            {
                _due = (_known, store.Drops, Regressions);
                _known = last;
            }
        };
    }

    public int Regressions { get; private set; }

    /// <summary>How many sessions have ended.</summary>
    public int Sessions { get; private set; }

    NatsEventFilter INatsConnectionListener.Filter => NatsEventFilter.All;

    /// <inheritdoc/>
    public ValueTask OnEventAsync(NatsConnectionEvent e, CancellationToken ct)
    {
        switch (e)
        {
            case NatsStreamRegressionEvent { Stream: StreamPlan.Stream }:
                (Regressions, _known) = (Regressions + 1, 0); // what it knew before says nothing any more
                break;
            case NatsDisconnectedEvent:
                Sessions++;
                break;
            case NatsConsumerStalledEvent stalled:
                Mention(stalled.Consumer);
                break;
            case NatsHeartbeatAlarmEvent alarm:
                Mention(alarm.Consumer);
                break;
            case NatsConsumerNotificationEvent notified:
                Mention(notified.Consumer);
                break;
            case NatsConsumerLostEvent lost:
                Mention(lost.Consumer);
                break;
        }

        return default;
    }

    /// <summary>When an event said last that something is wrong with a consumer; null: never.</summary>
    public TimeSpan? Mentioned(string consumer) => _mentioned.TryGetValue(consumer, out TimeSpan at) ? at : null;

    /// <summary>The connection has learned that the stream has a message.</summary>
    /// <param name="sequence">Its sequence.</param>
    /// <param name="drops">The number of losses of the stream before it was stored, for a publish before its call.</param>
    public void Learn(ulong sequence, int drops)
    {
        if (_due is not { } due || drops < due.Drops)
        {
            _known = _due is null ? Math.Max(_known, sequence) : _known; // what was stored before the loss says nothing
            return;
        }

        if (sequence <= due.Known)
        {
            if (Regressions == due.Regressions)
            {
                _client.Findings.Report("regression-reported", $"{_client.Name}: the sequence {sequence} was assigned again, {due.Known} was known, and no event says so");
            }

            _due = null;
        }

        _known = Math.Max(_known, sequence);
    }

    private void Mention(NatsJSConsumerRef consumer) => _mentioned[consumer.Name] = _client.Scheduler.Now;
}
