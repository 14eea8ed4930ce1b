using Earshot.Diagnostics;

namespace Earshot.Events;

/// <summary>Turns the journal into measurements. Of the coalescable kinds it requests only those that it has to count.</summary>
internal sealed class MetricsReader
{
    /// <summary>Kinds it counts that would otherwise not be made.</summary>
    public static readonly NatsEventFilter Coalescable = NatsEventFilter.Of(NatsEventKind.MessageDropped, NatsEventKind.MessageDiscarded);

    private TimeSpan? _lostAt; // null: the metrics were not listened to yet when the session was lost

    private MetricsReader()
    {
    }

    public static IDisposable Attach(Journal journal)
    {
        NatsEventFilter filter = NatsEventFilter.Lossless | Coalescable;
        var reader = new MetricsReader();
        return EventPump.Start(journal, new ReaderSpec { Name = nameof(MetricsReader), Filter = filter, From = NatsEventPosition.Now }, (e, _) =>
        {
            reader.Measure(e);
            return default;
        });
    }

    private void Measure(NatsConnectionEvent e)
    {
        EarshotMeter.Events.Add(1, Tag("kind", e.Kind.ToString()));
        if (e.RepeatCount > 1)
        {
            EarshotMeter.EventsCoalesced.Add(e.RepeatCount - 1, Tag("kind", e.Kind.ToString()));
        }

        switch (e)
        {
            case NatsConnectedEvent connected:
                EarshotMeter.Connects.Add(1, Tag("initial", true));
                EarshotMeter.ConnectDuration.Record(connected.Duration.TotalSeconds);
                break;
            case NatsReconnectedEvent reconnected:
                EarshotMeter.Connects.Add(1, Tag("initial", false));
                EarshotMeter.OutageDuration.Record(reconnected.OutageDuration.TotalSeconds, Tag("recovered", true));
                break;
            case NatsClosedEvent { PreviousState: NatsConnectionState.Reconnecting } when _lostAt is { } lostAt:
                EarshotMeter.OutageDuration.Record((e.Elapsed - lostAt).TotalSeconds, Tag("recovered", false));
                break;
            case NatsDisconnectedEvent disconnected:
                _lostAt = e.Elapsed;
                EarshotMeter.Disconnects.Add(1, Tag("reason", disconnected.Reason.ToString()));
                if (disconnected.UncertainMessages > 0)
                {
                    EarshotMeter.MessagesUncertain.Add(disconnected.UncertainMessages);
                }

                break;
            case NatsConnectAttemptFailedEvent { Abandoned: false } failed:
                EarshotMeter.AttemptsFailed.Add(failed.RepeatCount, Tag("phase", failed.Phase.ToString()));
                break;
            case NatsSlowConsumerEvent: EarshotMeter.SlowConsumers.Add(1); break;
            case NatsMessageDroppedEvent dropped: EarshotMeter.MessagesDropped.Add(dropped.DroppedSinceLast); break;
            case NatsMessageDiscardedEvent discarded: EarshotMeter.MessagesDiscarded.Add(discarded.RepeatCount); break;
            case NatsPendingDiscardedEvent discarded: EarshotMeter.MessagesDiscarded.Add(discarded.Messages); break;
            case NatsServerErrorEvent error: EarshotMeter.ServerErrors.Add(error.RepeatCount, Tag("code", error.Code.ToString())); break;
            case NatsListenerFaultedEvent: EarshotMeter.ListenerFaults.Add(1); break;
        }
    }

    private static KeyValuePair<string, object?> Tag(string name, object? value) => new(name, value);
}
