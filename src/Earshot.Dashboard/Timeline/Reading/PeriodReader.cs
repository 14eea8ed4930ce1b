namespace Earshot.Dashboard.Timeline;

/// <summary>Reads states and lame duck modes from events.</summary>
internal static class PeriodReader
{
    /// <summary>Returns the states one after another; the last one ends at <paramref name="until"/>.</summary>
    internal static IReadOnlyList<Period> States(IReadOnlyList<TimedEvent> events, DateTimeOffset until)
    {
        var periods = new List<Period>();
        (TimedEvent first, int session) = (events[0], events[0].Event.SessionId);
        string? server = ServerText.Of(events[0].Event.Snapshot.Server);
        foreach (TimedEvent e in events)
        {
            if (e.Event.State != first.Event.State || (IsOpening(e.Event) && e.Event.SessionId != session))
            {
                periods.Add(new Period(first.Time, e.Time, first.Event.State) { Server = server });
                (first, session, server) = (e, e.Event.SessionId, null);
            }

            server = HasSession(e.Event.State) ? server ?? OpenedBy(e.Event) ?? ServerText.Of(e.Event.Snapshot.Server) : null;
        }

        periods.Add(new Period(first.Time, until, first.Event.State) { Server = server });
        return periods;
    }

    /// <summary>Returns the times from the announcement of lame duck mode to the end of the session, or to <paramref name="until"/>.</summary>
    internal static IReadOnlyList<LameDuckPeriod> LameDucks(IReadOnlyList<TimedEvent> events, DateTimeOffset until)
    {
        var periods = new List<LameDuckPeriod>();
        (DateTimeOffset From, string Server)? open = null;
        foreach (TimedEvent e in events)
        {
            switch (e.Event)
            {
                case NatsLameDuckModeEvent announced:
                    open ??= (e.Time, ServerText.Of(announced.Server)!);
                    break;
                case NatsDisconnectedEvent or NatsClosedEvent when open is { } ended:
                    periods.Add(new LameDuckPeriod(ended.From, e.Time, ended.Server));
                    open = null;
                    break;
            }
        }

        if (open is { } last)
        {
            periods.Add(new LameDuckPeriod(last.From, until, last.Server));
        }

        return periods;
    }

    private static bool IsOpening(NatsConnectionEvent e) => e is NatsConnectedEvent or NatsReconnectedEvent;

    private static bool HasSession(NatsConnectionState state) =>
        state is NatsConnectionState.Open or NatsConnectionState.DrainingSubscriptions or NatsConnectionState.DrainingPublishers;

    private static string? OpenedBy(NatsConnectionEvent e) => e switch
    {
        NatsConnectedEvent connected => ServerText.Of(connected.Server),
        NatsReconnectedEvent reconnected => ServerText.Of(reconnected.Server),
        _ => null,
    };
}
