using System.Collections.Immutable;

namespace Earshot.Cli.Watching;

/// <summary>What is known of one connection, from its events alone. Immutable; <see cref="Apply"/> is a pure function.</summary>
/// <param name="Label">The name of the connection on the screen.</param>
internal sealed record ConnectionModel(string Label)
{
    // More states than any terminal has columns.
    private const int MaxSpans = 2048;

    /// <summary>The states so far, the oldest first; empty before the first event.</summary>
    internal ImmutableList<StateSpan> Spans { get; private init; } = [];

    internal PoolModel Pool { get; private init; } = PoolModel.Nothing;

    internal TrafficModel Traffic { get; private init; } = TrafficModel.Nothing;

    /// <summary>Round-trip times in seconds.</summary>
    internal Measurements Rtt { get; private init; } = Measurements.Nothing;

    /// <summary>The server of the session; null without one.</summary>
    internal NatsServer? Server { get; private init; }

    /// <summary>Number of outages: sessions that were lost without a request of the client.</summary>
    internal int Outages { get; private init; }

    /// <summary>Number of sessions that the client has left for another server, as when a server is in lame duck mode.</summary>
    internal int Moves { get; private init; }

    /// <summary>Time without a session, without the outage that is in progress.</summary>
    internal TimeSpan PastDowntime { get; private init; }

    /// <summary>Number of sessions so far: attempts that succeeded.</summary>
    internal int Sessions { get; private init; }

    /// <summary>Connect attempts that have failed.</summary>
    internal int FailedAttempts { get; private init; }

    /// <summary>Why there is no session, or the connection is closed; null while there is one.</summary>
    internal string? Cause { get; private init; }

    /// <summary>When the delay before the next attempts ends; null when none is in progress.</summary>
    internal DateTimeOffset? NextAttempt { get; private init; }

    /// <summary>When the client leaves the lame duck server; null when it does not, or has not planned it.</summary>
    internal DateTimeOffset? Migration { get; private init; }

    /// <summary>When the client gives up if its credentials are still refused; null when it does not, or they are not refused.</summary>
    internal DateTimeOffset? GivesUp { get; private init; }

    internal LinkState State => Spans.IsEmpty ? LinkState.Connecting : Spans[^1].State;

    /// <summary>When the state began; null before the first event.</summary>
    internal DateTimeOffset? Since => Spans.IsEmpty ? null : Spans[^1].From;

    /// <summary>Returns the time without a session after the first one.</summary>
    internal TimeSpan Downtime(DateTimeOffset now) =>
        PastDowntime + (State == LinkState.Down && Since is { } since && Sessions > 0 && now > since ? now - since : TimeSpan.Zero);

    internal ConnectionModel Apply(NatsConnectionEvent e)
    {
        ConnectionModel next = Facts(e) with { Pool = Pool.Apply(e) };
        if (e is NatsReconnectedEvent { OutageDuration.Ticks: 0 } && State == LinkState.Down)
        {
            // The next session was open before this one ended, so there was no time without one.
            next = next with { Spans = Spans.RemoveAt(Spans.Count - 1) };
        }

        return next.Enter(e.Timestamp, StateAfter(e)).Read(e.Timestamp, e.Snapshot);
    }

    /// <summary>Takes the counters of a snapshot; events bring theirs along.</summary>
    internal ConnectionModel Read(DateTimeOffset at, NatsConnectionSnapshot snapshot) => this with { Traffic = Traffic.Read(at, snapshot.Stats) };

    private ConnectionModel Facts(NatsConnectionEvent e) => e switch
    {
        NatsConnectedEvent c => this with { Server = c.Server, Sessions = Sessions + 1, Cause = null, NextAttempt = null, GivesUp = null },
        NatsReconnectedEvent r => this with
        {
            Server = r.Server,
            Sessions = Sessions + 1,
            Cause = null,
            NextAttempt = null,
            Migration = null,
            GivesUp = null,
            PastDowntime = PastDowntime + r.OutageDuration,
        },
        NatsDisconnectedEvent d => this with
        {
            Server = null,
            Cause = CauseOf(d),
            Migration = null,
            Outages = Outages + (d is { WillReconnect: true, Expected: false } ? 1 : 0),
            Moves = Moves + (d is { WillReconnect: true, Expected: true } ? 1 : 0),
        },
        NatsConnectAttemptEvent => this with { NextAttempt = null },
        NatsConnectAttemptFailedEvent { Abandoned: false } a => this with
        {
            FailedAttempts = FailedAttempts + a.RepeatCount,
            Cause = Cause ?? a.ServerError?.Text ?? a.Exception.Message,
        },
        NatsAuthenticationErrorEvent a => this with { GivesUp = a.Timestamp + a.TimeUntilAbort },
        NatsReconnectDelayEvent d => this with { NextAttempt = d.Timestamp + d.Delay },
        NatsLameDuckModeEvent l => this with { Migration = l.PlannedMigration },
        NatsPongReceivedEvent p => this with { Rtt = Rtt.Add(p.Timestamp, p.Rtt.TotalSeconds) },
        NatsClosedEvent c => this with
        {
            Server = null,
            Cause = c.Reason is NatsCloseReason.UserClosed or NatsCloseReason.Disposed ? null : c.Exception is null ? $"{c.Reason}" : $"{c.Reason}: {c.Exception.Message}",
            NextAttempt = null,
            GivesUp = null,
            PastDowntime = c.TotalDowntime > PastDowntime ? c.TotalDowntime : PastDowntime,
        },
        _ => this,
    };

    private LinkState StateAfter(NatsConnectionEvent e) => e switch
    {
        NatsLameDuckModeEvent => LinkState.LameDuck,
        { State: NatsConnectionState.Failed } or NatsClosedEvent => LinkState.Closed,
        { State: NatsConnectionState.Reconnecting } => LinkState.Down,
        { State: NatsConnectionState.Connecting } => State == LinkState.Down || e is NatsConnectAttemptFailedEvent { Abandoned: false } ? LinkState.Down : LinkState.Connecting,
        { State: NatsConnectionState.Closed } => State,
        NatsReconnectedEvent or NatsConnectedEvent => LinkState.Open,
        _ => State == LinkState.LameDuck ? LinkState.LameDuck : LinkState.Open,
    };

    private ConnectionModel Enter(DateTimeOffset at, LinkState state)
    {
        if (!Spans.IsEmpty && Spans[^1].State == state)
        {
            return this;
        }

        ImmutableList<StateSpan> kept = Spans.Count < MaxSpans ? Spans : Spans.RemoveRange(0, MaxSpans / 4);
        return this with { Spans = kept.Add(new StateSpan(at, state)) };
    }

    private static string CauseOf(NatsDisconnectedEvent e)
    {
        string? text = e.ServerError?.Text ?? e.SuspectedCause;
        return text is null ? $"{e.Reason}" : $"{e.Reason} ({text})";
    }
}
