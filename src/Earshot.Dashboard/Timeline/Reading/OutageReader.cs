namespace Earshot.Dashboard.Timeline;

/// <summary>
/// Reads outages from events. What is reported after the reconnect until the next Disconnected, such as the replay of pending publishes,
/// belongs to the outage as well.
/// </summary>
internal sealed class OutageReader
{
    private readonly List<Outage> _outages = [];
    private Outage? _current;

    internal static IReadOnlyList<Outage> Read(IReadOnlyList<TimedEvent> events)
    {
        var reader = new OutageReader();
        foreach (TimedEvent e in events)
        {
            reader.Accept(e);
        }

        reader.End();
        return reader._outages;
    }

    private void Accept(TimedEvent timed)
    {
        if (timed.Event is NatsDisconnectedEvent { OutageId: > 0 } lost)
        {
            End();
            _current = Begin(timed.Time, lost);
        }
        else if (timed.Event is NatsConnectingEvent or NatsDisconnectedEvent)
        {
            End();
        }
        else if (_current is not null)
        {
            _current = Continue(_current, timed);
        }
    }

    private static Outage Begin(DateTimeOffset time, NatsDisconnectedEvent lost) => new()
    {
        Id = lost.OutageId,
        From = time,
        Until = time,
        Cause = CauseOf(lost),
        IsPlanned = lost.Expected || lost.DuringLameDuck || lost.Reason is NatsDisconnectReason.LameDuck or NatsDisconnectReason.ForceReconnect,
        LostServer = ServerText.Of(lost.Server)!,
        Cost = new OutageCost { Buffered = Math.Max(lost.PendingMessages, lost.Snapshot.PendingMessages), Unconfirmed = lost.UncertainMessages },
    };

    private static Outage Continue(Outage outage, TimedEvent timed)
    {
        // The buffer is full of the outage's messages until they are replayed.
        if (outage.To is null || timed.Event is NatsReconnectedEvent)
        {
            outage = outage with { Cost = outage.Cost with { Buffered = Math.Max(outage.Cost.Buffered, timed.Event.Snapshot.PendingMessages) } };
        }

        if (outage.To is null || timed.Event.OutageId == outage.Id || timed.Event is NatsPendingReplayedEvent)
        {
            outage = outage with { Until = timed.Time };
        }

        return timed.Event switch
        {
            NatsReconnectedEvent e => outage with { To = timed.Time, Duration = e.OutageDuration, NextServer = ServerText.Of(e.Server) },
            NatsResubscribedEvent e => outage with
            {
                Resubscribed = timed.Time,
                Cost = outage.Cost with { LossWindow = e.Window.To - e.Window.From, DeniedSubscriptions = e.Denied },
            },
            NatsClosedEvent e when outage.To is null => outage with { To = timed.Time, Duration = timed.Time - outage.From, CloseReason = e.Reason.ToString() },
            _ => outage with { Cost = Add(outage.Cost, timed.Event) },
        };
    }

    private static OutageCost Add(OutageCost cost, NatsConnectionEvent e) => e switch
    {
        NatsConnectAttemptFailedEvent { Abandoned: false } when e.OutageId > 0 => cost with { FailedAttempts = cost.FailedAttempts + e.RepeatCount },
        NatsPendingReplayedEvent replayed => cost with { Replayed = cost.Replayed + replayed.Messages },
        NatsPendingDiscardedEvent discarded => cost with { Lost = cost.Lost + discarded.Messages },
        NatsRequestsFailedEvent failed => cost with { Requests = cost.Requests + failed.Count, RequestMode = failed.Mode },
        _ => cost,
    };

    private static string CauseOf(NatsDisconnectedEvent lost) =>
        (lost.ServerError?.Text ?? lost.Exception?.Message ?? lost.SuspectedCause) is { Length: > 0 } detail ? $"{lost.Reason}: {detail}" : lost.Reason.ToString();

    private void End()
    {
        if (_current is { } outage)
        {
            _outages.Add(outage);
            _current = null;
        }
    }
}
