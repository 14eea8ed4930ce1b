using Earshot.Servers;

namespace Earshot.Lifecycle;

/// <summary>
/// Looking for a server: how a search starts, what its dials report, how it ends. Used for the first connect, for every reconnect
/// and for a migration. What happens once a server has accepted is not here.
/// </summary>
internal static class SearchRules
{
    public static void ConnectAsked(MachineTurn turn)
    {
        MachineState state = turn.State;
        if (state.State is NatsConnectionState.Open or NatsConnectionState.DrainingSubscriptions or NatsConnectionState.DrainingPublishers)
        {
            turn.Do(new ConnectSucceeded());
        }

        bool isIdle = state.State is NatsConnectionState.Closed or NatsConnectionState.Failed;
        if (!isIdle || (state.IsOver && state.State == NatsConnectionState.Closed))
        {
            return;
        }

        if (state.IsOver)
        {
            BeginAnew(turn);
        }

        turn.Move(
            new NatsConnectingEvent { Servers = turn.State.Pool.Urls, RetryOnFailedConnect = turn.Options.RetryOnInitialConnect },
            NatsConnectionState.Connecting);
        if (state.IsOver)
        {
            PoolRules.Forgive(turn);
        }

        turn.State = turn.State with { FirstConnectAt = turn.Now };
        Begin(turn, avoid: null, atOnce: true);
    }

    /// <summary>Starts to look; the caller has set state and outage.</summary>
    public static void Begin(MachineTurn turn, int? avoid, bool atOnce)
    {
        turn.State = turn.State with { Search = Search.None with { Started = turn.Now, AvoidServer = avoid } };
        // The first loss is answered at once. Sessions that end again before they count as stable wait longer each time, or a
        // server that accepts and closes would be called thousands of times.
        int round = turn.State.BackoffRound - 1;
        TimeSpan ceiling = ReconnectDelay.Ceiling(round, turn.Options.ReconnectWaitMin, turn.Options.ReconnectWaitMax);
        if (ceiling == TimeSpan.Zero || atOnce)
        {
            RoundRules.Next(turn);
        }
        else
        {
            RoundRules.Wait(turn, (ceiling / 2) + ReconnectDelay.WithJitter(ceiling / 2, turn.Stamp.Chance()), DelaySource.Throttled);
        }
    }

    /// <summary>Starts with one server that was asked for; the rest of the pool follows when it fails.</summary>
    public static void BeginWith(MachineTurn turn, Candidate candidate, int? avoid)
    {
        IEnumerable<Candidate> others = turn.State.Pool.Order(avoid, turn.Stamp.Random()).Where(id => id != candidate.ServerId).Select(id => new Candidate(id));
        turn.State = turn.State with { Search = Search.None with { Started = turn.Now, AvoidServer = avoid, Round = 1, Queue = [candidate, .. others] } };
        RoundRules.DialNext(turn);
    }

    public static void Resolved(MachineTurn turn, AddressesResolved resolved)
    {
        if (Find(turn, resolved.AttemptId) is not { } attempt)
        {
            return;
        }

        IEnumerable<Candidate> others = resolved.Addresses.Skip(1).Select(address => new Candidate(attempt.ServerId, address));
        Search search = turn.State.Search;
        turn.State = turn.State with
        {
            Search = search with { Open = search.Open.Replace(attempt, attempt with { Endpoint = resolved.First }), Queue = search.Queue.InsertRange(0, others) },
        };
        EnsureHedge(turn);
    }

    public static void ShowedLife(MachineTurn turn, AttemptShowedLife alive)
    {
        if (Find(turn, alive.AttemptId) is { } attempt)
        {
            turn.State = turn.State with { Search = turn.State.Search with { Open = turn.State.Search.Open.Replace(attempt, attempt with { HasInfo = true }) } };
        }
    }

    public static void HedgeDue(MachineTurn turn)
    {
        if (turn.State.Search.Open is [{ HasInfo: false }])
        {
            RoundRules.DialNext(turn);
        }
    }

    /// <summary>
    /// There is something new to dial. When the time for company came nobody was left for it, so it is set once more for what is left of it.
    /// </summary>
    public static void EnsureHedge(MachineTurn turn)
    {
        if (turn.State.Search.Open is not [{ HasInfo: false } alone])
        {
            return;
        }

        TimeSpan left = alone.Started + turn.Options.HedgeAfter - turn.Now;
        turn.Do(new SetTimer(MachineTimer.Hedge, left > TimeSpan.Zero ? left : TimeSpan.Zero));
    }

    public static void Failed(MachineTurn turn, AttemptFailed failed)
    {
        if (Find(turn, failed.AttemptId) is not { } attempt)
        {
            return;
        }

        NatsServer view = turn.View(attempt.Server, attempt.Endpoint);
        if (failed.ServerError is { } error)
        {
            SessionRules.EmitServerError(turn, error, view, attempt, disconnects: false);
        }

        Search search = turn.State.Search;
        turn.State = turn.State with
        {
            Pool = turn.State.Pool.Failed(attempt.ServerId, failed.Exception.Message, isTryOver: !HasMoreOf(search, attempt)),
            LastError = failed.Exception,
            Search = search with
            {
                Open = search.Open.Remove(attempt),
                Failures = (search.Failures.Count < 100 ? search.Failures : search.Failures.RemoveAt(0)).Add(new NatsConnectFailure(view.Url, attempt.Endpoint, failed.Phase, failed.Exception)),
            },
        };

        Verdict verdict = GiveUpRules.Judge(turn);
        turn.Emit(
            new NatsConnectAttemptFailedEvent
            {
                Server = view,
                Endpoint = attempt.Endpoint,
                Phase = failed.Phase,
                Exception = failed.Exception,
                ServerError = failed.ServerError,
                Duration = turn.Now - attempt.Started,
                WillRetry = verdict.Reason is null,
                NextDelay = verdict.NextDelay,
                Attempt = attempt.Number,
                Round = search.Round,
            },
            attempt.Id);
        PoolRules.ParkIfExhausted(turn, attempt.ServerId);
        Continue(turn, verdict);
    }

    // A name with several addresses has failed when the last of them has.
    public static bool HasMoreOf(Search search, OpenAttempt attempt) =>
        search.Open.Exists(other => other != attempt && other.ServerId == attempt.ServerId)
        || search.Queue.Exists(next => next.IsSameTry && next.ServerId == attempt.ServerId);

    /// <summary>Ends the search: another attempt won, or nobody wants one any more.</summary>
    public static void Stop(MachineTurn turn, string why)
    {
        foreach (OpenAttempt attempt in turn.State.Search.Open)
        {
            turn.Emit(
                new NatsConnectAttemptFailedEvent
                {
                    Server = turn.View(attempt.Server, attempt.Endpoint),
                    Endpoint = attempt.Endpoint,
                    Phase = attempt.HasInfo ? ConnectPhase.Authentication : ConnectPhase.Tcp,
                    Abandoned = true,
                    Exception = new OperationCanceledException(why),
                    Duration = turn.Now - attempt.Started,
                    Attempt = attempt.Number,
                    Round = turn.State.Search.Round,
                },
                attempt.Id);
            turn.Do(new DropAttempt(attempt.Id));
        }

        turn.State = turn.State with { Search = Search.None };
        turn.Do(new StopTimer(MachineTimer.Hedge));
        turn.Do(new StopTimer(MachineTimer.Backoff));
        turn.Do(new StopTimer(MachineTimer.TimeLimit));
    }

    public static OpenAttempt? Find(MachineTurn turn, int attemptId) => turn.State.Search.Open.Find(attempt => attempt.Id == attemptId);

    /// <summary>Goes on after an attempt failed: another address, a wait, or the end.</summary>
    public static void Continue(MachineTurn turn, Verdict verdict)
    {
        if (verdict.Reason is not null)
        {
            GiveUpRules.GiveUp(turn, verdict);
            return;
        }

        Search search = turn.State.Search;
        if (search.Open.Count > 0)
        {
            // What is still open was silent long enough to get company once; it keeps it.
            if (search.Open is [{ HasInfo: false }])
            {
                RoundRules.DialNext(turn);
            }
        }
        else if (!search.Queue.IsEmpty)
        {
            RoundRules.DialNext(turn);
        }
        else
        {
            RoundRules.Over(turn, verdict.Delay);
        }
    }

    private static void BeginAnew(MachineTurn turn)
    {
        turn.State = turn.State with
        {
            IsOver = false,
            HasConnectedOnce = false,
            IsInOutage = false,
            Outages = 0,
            Downtime = TimeSpan.Zero,
            BackoffRound = 0,
            LastError = null,
            Closing = null,
            Ending = null,
            Drain = null,
            Lost = null,
            ForcedTarget = null,
            HasSeenCluster = false,
        };
        turn.Do(new BeginLife());
    }
}
