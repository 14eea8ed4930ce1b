using Earshot.Lifecycle;
using Earshot.Servers;
using Earshot.Sessions;

namespace Earshot.Client.Tests.Lifecycle.Proof;

/// <summary>The conditions of the specification: of a state, or of a step from one course to the next.</summary>
internal static class CourseRules
{
    /// <summary>Each state that waits for a session, an answer or an end has something that will come: a dial, a timer, a callback, an ordered end.</summary>
    public static bool WaitsForSomething(ConnectionCourse c)
    {
        MachineState s = c.State;
        Search search = s.Search;
        bool searches = search.Open.Count > 0
            || (search.IsAsking && (c.Outstanding & (Outstanding.Selector | Outstanding.DelayCallback)) != 0)
            || (search.IsWaiting && c.Timers.Contains(MachineTimer.Backoff));
        bool ends = c.Outstanding.HasFlag(Outstanding.SessionEnd);
        return (search == Search.None || searches)
            && (!c.IsSearching || searches)
            && ((s.Closing is null && s.Ending is null) || ends)
            && (s.Successor is null || ends || c.Outstanding.HasFlag(Outstanding.Handover));
    }

    /// <summary>A drain waits for its subscriptions, its publishers, or for a session until its time is over.</summary>
    public static bool DrainEnds(ConnectionCourse c) => c.State.Drain switch
    {
        null => true,
        { IsFinishing: false } => c.Outstanding.HasFlag(Outstanding.SubscriptionsDrained),
        _ when c.State.Live is null => c.IsSearching && c.Timers.Contains(MachineTimer.TimeLimit),
        _ => (c.Outstanding & (Outstanding.PublishersDrained | Outstanding.SessionEnd)) != 0,
    };

    public static bool IsAtRest(ConnectionCourse c) =>
        c is { Timers.IsEmpty: true, Outstanding: Outstanding.None, State: { Live: null, Successor: null, Drain: null, Closing: null } } && c.State.Search == Search.None;

    /// <summary>A timer that is set has something to decide when it fires.</summary>
    public static bool TimersAreNeeded(ConnectionCourse c)
    {
        MachineState s = c.State;
        return c.Timers.All(timer => timer switch
        {
            MachineTimer.Hedge => !s.Search.Open.IsEmpty && !s.Search.Queue.IsEmpty && s.Search.Open.TrueForAll(static open => open.AwaitsServer),
            MachineTimer.Backoff => s.Search.IsWaiting,
            MachineTimer.TimeLimit => s.Live is null && s.Search != Search.None,
            MachineTimer.Stable => s.Live is not null,
            MachineTimer.Migrate => s is { Live.IsMigrationScheduled: true, Drain: null },
            MachineTimer.Renew => s is { Live.CredentialsExpireAt: not null, Drain: null, Closing: null },
            MachineTimer.Info => s.HeldInfo is not null,
            _ => !s.Repeated.IsEmpty,
        });
    }

    /// <summary>The dials that are open are those before, with what was dialled and without what was dropped, attached or has reported its outcome.</summary>
    public static bool DialsAreAccounted(ConnectionCourse b, ConnectionCourse a)
    {
        HashSet<int> open = [.. Open(b.State)];
        if (a.Input is AttemptFailed failed && b.State.Search.Find(failed.AttemptId) is not null)
        {
            open.Remove(failed.AttemptId);
        }

        foreach (MachineEffect effect in a.Effects)
        {
            bool isKnown = effect switch
            {
                Dial dial => open.Add(dial.AttemptId),
                DropAttempt drop => open.Remove(drop.AttemptId) || a.Input is AttemptEstablished { AttemptId: var late } && late == drop.AttemptId,
                AttachSession attach => open.Remove(attach.AttemptId),
                _ => true,
            };
            if (!isKnown)
            {
                return false;
            }
        }

        return open.SetEquals(Open(a.State));
    }

    /// <summary>An attempt that was reported has one outcome: it failed or was abandoned, became a session or waits to become one, or the connection is closing.</summary>
    public static bool AttemptsHaveOutcomes(ConnectionCourse b, ConnectionCourse a) => b.State.Search.Open.TrueForAll(open =>
        !open.IsReported || a.State.Search.Find(open.Id) is not null || a.State.Successor?.Attempt.Id == open.Id || a.IsOver || a.State.Closing is not null
        || a.Did<Emit>().Count(emit => emit.Move.AttemptId == open.Id && emit.Event is NatsConnectAttemptFailedEvent or NatsConnectedEvent or NatsReconnectedEvent) == 1);

    public static bool DialsAreReported(ConnectionCourse a) => a.Did<Dial>().All(dial =>
        a.State.Search.Find(dial.AttemptId) is { IsReported: false } == !a.Did<Emit>().Any(emit => emit.Event is NatsConnectAttemptEvent && emit.Move.AttemptId == dial.AttemptId));

    /// <summary>A new session has the next number, is attached once and then read, and the one before has ended.</summary>
    public static bool SessionsFollowEachOther(ConnectionCourse b, ConnectionCourse a)
    {
        AttachSession[] attached = [.. a.Did<AttachSession>()];
        if (attached is [])
        {
            return a.State.SessionId == b.State.SessionId && (a.State.Live is null || a.State.Live.Id == b.State.Live?.Id) && !a.Did<StartReading>().Any();
        }

        return attached is [var one] && one.SessionId == b.State.SessionId + 1 && a.State.Live?.Id == one.SessionId
            && (b.State.Live is null || a.Input is SessionEnded) && a.Did<StartReading>().Single().SessionId == one.SessionId;
    }

    /// <summary>Disconnected is followed by Reconnecting when it announces another session, and by the end of the run when it does not.</summary>
    public static bool DisconnectedLeadsOn(ConnectionCourse a) => a.Emitted<NatsDisconnectedEvent>().All(e =>
        e.WillReconnect == a.Emitted<NatsReconnectingEvent>().Any() && e.WillReconnect != a.Did<RunEnded>().Any());

    public static bool NamesNoOldSession(ConnectionCourse b, ConnectionCourse a) => a.Effects.All(effect => effect switch
    {
        AttachSession attach => attach.SessionId == a.State.Live?.Id,
        StartReading start => start.SessionId == a.State.Live?.Id,
        BeginHandover begin => begin.SessionId == a.State.Live?.Id,
        BeginDrainPublishers begin => begin.SessionId == a.State.Live?.Id,
        InvokeServerFilter filter => filter.SessionId == a.State.Live?.Id,
        Emit emit => emit.Move.SessionId >= b.State.SessionId && emit.Move.SessionId <= a.State.SessionId,
        _ => true,
    });

    /// <summary>An ended run does nothing, except that a transport which comes too late is released; it begins again only when it is asked to.</summary>
    public static bool StaysClosed(ConnectionCourse a) =>
        (a.Input is ConnectRequested { IsByUse: false } && a.Did<BeginRun>().Any()) || (a.IsOver && a.Effects.All(static effect => effect is DropAttempt));

    /// <summary>The connection gives up for its credentials only when each server that answers has refused them twice.</summary>
    public static bool GivesUpAfterRefusals(ConnectionCourse a) => a.Did<RunEnded>().All(end =>
    {
        PoolServer[] answering = [.. a.State.Pool.Servers.Where(server => !server.IsParked && !(a.State.Refusals.Latest.TryGetValue(server.Id, out AuthResult result) && result == AuthResult.None))];
        return end.Reason != NatsCloseReason.AuthenticationFailed || (answering is not [] && Array.TrueForAll(answering, static server => server.AuthFailures >= 2));
    });

    /// <summary>The state that events show is the one after the step.</summary>
    public static bool ShowsItsState(ConnectionCourse a) => a.Effects.LastOrDefault(static effect => effect is Emit or RunEnded) switch
    {
        Emit emit => emit.Move.State == a.State.State,
        RunEnded end => end.Move.State == a.State.State,
        _ => true,
    };

    public static bool ChangesNothing(ConnectionCourse b, ConnectionCourse a) =>
        a.Equals(b) && a.Effects.All(effect => effect is DropAttempt && a.Input is AttemptEstablished);

    /// <summary>With an environment that responds and servers that accept, the connection opens or ends.</summary>
    public static bool ComesToRest(ConnectionCourse c)
    {
        for (int i = 0; i < 12; i++)
        {
            if (c.IsOver || c is { Outstanding: Outstanding.None, State: { Live: not null, Drain: null } } or { State: { State: NatsConnectionState.Closed } })
            {
                return true;
            }

            if (Next(c) is not { } input)
            {
                return false;
            }

            c = c.Then(input, TimeSpan.Zero);
        }

        return false;
    }

    /// <summary>A connection that is closed now ends when its session has ended.</summary>
    public static bool EndsWhenClosed(ConnectionCourse c)
    {
        c = c.Then(new CloseRequested(NatsCloseReason.UserClosed), TimeSpan.Zero);
        return (c.IsOver ? c : c.Then(End(c), TimeSpan.Zero)).IsOver;
    }

    private static MachineInput? Next(ConnectionCourse c) => c switch
    {
        _ when c.Outstanding.HasFlag(Outstanding.SessionEnd) => End(c),
        _ when c.Outstanding.HasFlag(Outstanding.Handover) => new HandoverReady(c.State.SessionId),
        _ when c.Outstanding.HasFlag(Outstanding.SubscriptionsDrained) => new SubscriptionsDrained(NatsDrainOutcome.Clean, 0, []),
        _ when c.Outstanding.HasFlag(Outstanding.PublishersDrained) => new PublishersDrained(c.State.SessionId, IsClean: true),
        _ when c.Outstanding.HasFlag(Outstanding.Selector) => new SelectorReturned(c.State.Asked, null, null, null, TimeSpan.Zero),
        _ when c.Outstanding.HasFlag(Outstanding.DelayCallback) => new DelayReturned(c.State.Asked, TimeSpan.Zero),
        { State.Search.Open: [var open, ..] } => new AttemptEstablished(open.Id, new NatsServerInfo(), null, new NatsConnectTimings()),
        _ when c.Timers.Contains(MachineTimer.Backoff) => new TimerFired(MachineTimer.Backoff),
        _ => null,
    };

    private static SessionEnded End(ConnectionCourse c) =>
        new(c.State.SessionId, new SessionEnd(c.State.Ending ?? NatsDisconnectReason.ServerClosed), default, new SessionEndInfo(0, 0, StateAbstraction.WallClock));

    private static IEnumerable<int> Open(MachineState s)
    {
        IEnumerable<int> open = s.Search.Open.Select(static attempt => attempt.Id);
        return s.Successor is { } successor ? open.Append(successor.Attempt.Id) : open;
    }
}
