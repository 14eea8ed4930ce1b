using Earshot.Diagnostics;

namespace Earshot.Events;

/// <summary>Turns the journal into measurements. Of the coalescable kinds it requests only those that it has to count.</summary>
internal sealed class MetricsReader : IMeasuredConnection
{
    /// <summary>Kinds it counts that would otherwise not be made, also before it is attached. Round trips are not among them: they are frequent, and a journal without metrics does not record them.</summary>
    public static readonly NatsEventFilter Coalescable = NatsEventFilter.Of(NatsEventKind.MessageDropped, NatsEventKind.MessageDiscarded);

    private readonly Journal _journal;
    private readonly KeyValuePair<string, object?> _name;
    private readonly LossMeasure _losses;
    private TimeSpan? _lostAt; // null: the metrics were not listened to yet when the session was lost

    private MetricsReader(Journal journal)
    {
        (_journal, _name) = (journal, new(TelemetryNames.ConnectionName, journal.Options.ConnectionName ?? ""));
        _losses = new LossMeasure(journal.Snapshots, _name);
    }

    public string Name => _journal.Options.ConnectionName ?? "";

    public string State => _journal.State.ToString();

    public NatsStats Stats => _journal.Snapshots.Stats();

    public long PendingDeliveries => _journal.Snapshots.CountPendingDeliveries();

    public static IDisposable Attach(Journal journal)
    {
        NatsEventFilter filter = NatsEventFilter.Lossless | Coalescable | NatsEventFilter.Of(NatsEventKind.PongReceived);
        var reader = new MetricsReader(journal);
        MeasuredConnections.Add(reader);
        return EventPump.Start(journal, new ReaderSpec { Name = nameof(MetricsReader), Filter = filter, From = NatsEventPosition.Now }, (e, _) =>
        {
            reader.Measure(e);
            return default;
        });
    }

    private void Measure(NatsConnectionEvent e)
    {
        _losses.AddNew();
        Instruments.Add(EarshotMeter.Events, 1, [_name, Tag("kind", e.Kind.ToString()), Tag("reason", Reason(e))]);
        if (e.RepeatCount > 1)
        {
            Instruments.Add(EarshotMeter.EventsCoalesced, e.RepeatCount - 1, [_name, Tag("kind", e.Kind.ToString())]);
        }

        switch (e)
        {
            case NatsConnectedEvent connected:
                Instruments.Add(EarshotMeter.Attempts, 1, [_name, Tag("outcome", "Connected")]);
                Instruments.Record(EarshotMeter.ConnectDuration, connected.Duration.TotalSeconds, [_name]);
                break;
            case NatsReconnectedEvent reconnected:
                Instruments.Add(EarshotMeter.Attempts, 1, [_name, Tag("outcome", "Connected")]);
                Instruments.Add(EarshotMeter.Reconnects, 1, [_name]);
                Instruments.Record(EarshotMeter.OutageDuration, reconnected.OutageDuration.TotalSeconds, [_name, Tag("recovered", true)]);
                break;
            case NatsClosedEvent closed:
                MeasuredConnections.Remove(this);
                if (closed.PreviousState == NatsConnectionState.Reconnecting && _lostAt is { } lostAt)
                {
                    Instruments.Record(EarshotMeter.OutageDuration, (e.Elapsed - lostAt).TotalSeconds, [_name, Tag("recovered", false)]);
                }

                break;
            case NatsConnectingEvent when e.Sequence > 1: // a connection that had failed connects again
                MeasuredConnections.Remove(this);
                MeasuredConnections.Add(this);
                break;
            case NatsDisconnectedEvent:
                _lostAt = e.Elapsed;
                break;
            case NatsConnectAttemptFailedEvent failed:
                Instruments.Add(EarshotMeter.Attempts, failed.RepeatCount, [_name, Tag("outcome", failed.Abandoned ? "Abandoned" : "Failed"), Tag("phase", failed.Phase.ToString())]);
                break;
            default: MeasureOther(e); break;
        }
    }

    private void MeasureOther(NatsConnectionEvent e)
    {
        switch (e)
        {
            case NatsPongReceivedEvent pong: Instruments.Record(EarshotMeter.Rtt, pong.Rtt.TotalSeconds, [_name]); break;
            case NatsSlowConsumerEvent: Instruments.Add(EarshotMeter.SlowConsumers, 1, [_name]); break;
            case NatsServerErrorEvent error: Instruments.Add(EarshotMeter.ServerErrors, error.RepeatCount, [_name, Tag("code", error.Code.ToString())]); break;
            case NatsListenerFaultedEvent: Instruments.Add(EarshotMeter.ListenerFaults, 1, [_name]); break;
        }
    }

    private static string Reason(NatsConnectionEvent e) => e switch
    {
        NatsDisconnectedEvent x => x.Reason.ToString(),
        NatsReconnectingEvent x => x.Cause.ToString(),
        NatsClosedEvent x => x.Reason.ToString(),
        NatsConnectAttemptFailedEvent x => x.Phase.ToString(),
        NatsStaleConnectionEvent x => x.Reason.ToString(),
        NatsServerErrorEvent x => x.Code.ToString(),
        NatsAuthenticationErrorEvent x => x.Error.ToString(),
        NatsLimitExceededEvent x => x.Limit.ToString(),
        NatsConsumerStalledEvent x => x.Reason.ToString(),
        NatsConsumerLostEvent x => x.Reason.ToString(),
        _ => "",
    };

    private static KeyValuePair<string, object?> Tag(string name, object? value) => new(name, value);
}
