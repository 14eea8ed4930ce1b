using System.Collections.Immutable;
using Earshot.Servers;

namespace Earshot.Lifecycle;

/// <summary>
/// Looking for a server: rounds over the pool, at most two dials at once, waits between rounds, giving up. Used for the first
/// connect, for every reconnect and for a migration. What happens once a server has accepted is not here.
/// </summary>
internal static class SearchRules
{
    public static void ConnectAsked(MachineTurn turn)
    {
        MachineState state = turn.State;
        if (state.State is NatsConnectionState.Open or NatsConnectionState.DrainingSubscriptions or NatsConnectionState.DrainingPublishers)
            turn.Do(new ConnectSucceeded());
        bool isIdle = state.State is NatsConnectionState.Closed or NatsConnectionState.Failed;
        if (!isIdle || (state.IsOver && state.State == NatsConnectionState.Closed))
            return;

        if (state.IsOver)
            BeginAnew(turn);
        turn.Move(
            new NatsConnectingEvent { Servers = [.. turn.State.Pool.Servers.Select(s => s.Address.Url)], RetryOnFailedConnect = turn.Options.RetryOnInitialConnect },
            NatsConnectionState.Connecting);
        turn.State = turn.State with { FirstConnectAt = turn.Now };
        Begin(turn, avoid: null);
    }

    /// <summary>Starts to look; the caller has set state and outage.</summary>
    public static void Begin(MachineTurn turn, int? avoid)
    {
        turn.State = turn.State with { Search = Search.None with { Started = turn.Now, AvoidServer = avoid } };
        // The first loss is answered at once. Sessions that end again before they count as stable wait longer each time, or a
        // server that accepts and closes would be called thousands of times.
        int round = turn.State.BackoffRound - 1;
        TimeSpan ceiling = ReconnectDelay.Ceiling(round, turn.Options.ReconnectWaitMin, turn.Options.ReconnectWaitMax);
        if (ceiling == TimeSpan.Zero || turn.State.Live is not null)
            NextRound(turn);
        else
            Wait(turn, (ceiling / 2) + ReconnectDelay.WithJitter(ceiling / 2, turn.Stamp.Chance()), DelaySource.Throttled);
    }

    /// <summary>Starts with one server that was asked for; the rest of the pool follows when it fails.</summary>
    public static void BeginWith(MachineTurn turn, Candidate candidate, int? avoid)
    {
        IEnumerable<Candidate> others = turn.State.Pool.Order(avoid, turn.Stamp.Random()).Where(id => id != candidate.ServerId).Select(id => new Candidate(id));
        turn.State = turn.State with { Search = Search.None with { Started = turn.Now, AvoidServer = avoid, Round = 1, Queue = [candidate, .. others] } };
        DialNext(turn);
    }

    public static void Resolved(MachineTurn turn, AddressesResolved resolved)
    {
        if (Find(turn, resolved.AttemptId) is not { } attempt)
            return;
        IEnumerable<Candidate> others = resolved.Addresses.Skip(1).Select(address => new Candidate(attempt.ServerId, address));
        Search search = turn.State.Search;
        turn.State = turn.State with
        {
            Search = search with { Open = search.Open.Replace(attempt, attempt with { Endpoint = resolved.First }), Queue = search.Queue.InsertRange(0, others) },
        };
    }

    public static void ShowedLife(MachineTurn turn, AttemptShowedLife alive)
    {
        if (Find(turn, alive.AttemptId) is { } attempt)
            turn.State = turn.State with { Search = turn.State.Search with { Open = turn.State.Search.Open.Replace(attempt, attempt with { HasInfo = true }) } };
    }

    public static void HedgeDue(MachineTurn turn)
    {
        if (turn.State.Search.Open is [{ HasInfo: false }])
            DialNext(turn);
    }

    public static void Failed(MachineTurn turn, AttemptFailed failed)
    {
        if (Find(turn, failed.AttemptId) is not { } attempt)
            return;
        NatsServer view = turn.View(attempt.Server, attempt.Endpoint);
        if (failed.ServerError is { } error)
            SessionRules.EmitServerError(turn, error, view, attempt, disconnects: false);
        Search search = turn.State.Search;
        turn.State = turn.State with
        {
            Pool = turn.State.Pool.Failed(attempt.ServerId, failed.Exception.Message, turn.Now),
            LastError = failed.Exception,
            Search = search with
            {
                Open = search.Open.Remove(attempt),
                Failed = search.Failed + 1,
                Failures = search.Failures.Count < 100 ? search.Failures.Add(new NatsConnectFailure(view.Url, attempt.Endpoint, failed.Phase, failed.Exception)) : search.Failures,
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
                NextDelay = verdict.Reason is null ? verdict.Delay : null,
                Attempt = attempt.Number,
                Round = search.Round,
            },
            attempt.Id);
        PoolRules.ParkIfExhausted(turn, attempt.ServerId);
        Continue(turn, verdict);
    }

    public static void BackoffOver(MachineTurn turn)
    {
        if (turn.State.Search.IsWaiting)
            NextRound(turn);
    }

    /// <summary>Somebody cannot wait: the next round starts now.</summary>
    public static void Hurry(MachineTurn turn)
    {
        if (!turn.State.Search.IsWaiting)
            return;
        turn.Do(new StopTimer(MachineTimer.Backoff));
        NextRound(turn);
    }

    public static void TimeLimitReached(MachineTurn turn)
    {
        if (turn.State is { State: NatsConnectionState.Reconnecting, Live: null } && turn.State.Search != Search.None)
            GiveUpRules.GiveUp(turn, new Verdict(NatsCloseReason.ReconnectTimeExceeded, TimeSpan.Zero));
    }

    public static void SelectorAnswered(MachineTurn turn, SelectorAnswered answer)
    {
        if (!turn.State.Search.IsAsking)
            return;
        if (answer.Rejected is { } rejected)
            turn.Emit(new NatsServerSelectionRejectedEvent { Requested = rejected, Why = answer.Why ?? "" });
        Search search = turn.State.Search with { IsAsking = false };
        int? chosen = answer.ServerId is { } id && turn.State.Pool.Find(id) is not null ? id : null;
        ImmutableList<Candidate> queue = chosen is null ? search.Queue : [new Candidate(chosen.Value) { By = ServerSelection.Callback }];
        turn.State = turn.State with { Search = search with { Queue = queue } };
        if (answer.Delay > TimeSpan.Zero)
        {
            // The round is kept: it goes on with the chosen server after the wait.
            turn.State = turn.State with { Search = turn.State.Search with { IsWaiting = true } };
            turn.Emit(new NatsReconnectDelayEvent { Delay = answer.Delay, Source = DelaySource.ReconnectToServer, Round = search.Round });
            turn.Do(new SetTimer(MachineTimer.Backoff, answer.Delay));
            return;
        }

        DialNext(turn);
    }

    public static void DelayAnswered(MachineTurn turn, DelayAnswered answer)
    {
        if (!turn.State.Search.IsAsking)
            return;
        turn.State = turn.State with { Search = turn.State.Search with { IsAsking = false } };
        Wait(turn, answer.Delay, DelaySource.Handler);
    }

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
                DialNext(turn);
            return;
        }

        if (!search.Queue.IsEmpty)
        {
            DialNext(turn);
            return;
        }

        turn.State = turn.State with { BackoffRound = turn.State.BackoffRound + 1 };
        if (turn.Options.HasDelayCallback)
        {
            turn.State = turn.State with { Search = search with { IsAsking = true } };
            turn.Do(new AskDelay(search.Round, verdict.Delay));
        }
        else
        {
            Wait(turn, verdict.Delay, DelaySource.Default);
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
        };
        turn.Do(new BeginLife());
    }

    private static void Wait(MachineTurn turn, TimeSpan delay, DelaySource source)
    {
        turn.State = turn.State with { Search = turn.State.Search with { IsWaiting = true } };
        turn.Emit(new NatsReconnectDelayEvent { Delay = delay, Source = source, Round = turn.State.Search.Round + 1 });
        turn.Do(new SetTimer(MachineTimer.Backoff, delay));
    }

    private static void NextRound(MachineTurn turn)
    {
        Search search = turn.State.Search with { IsWaiting = false };
        if (search.Queue.IsEmpty)
        {
            PoolRules.UnparkIfNoneLeft(turn);
            ImmutableArray<int> order = turn.State.Pool.Order(search.AvoidServer, turn.Stamp.Random());
            if (turn.State.Live is not null)
                order = order.RemoveAll(id => turn.State.Pool.Find(id) is null or { IsLameDuck: true } || id == turn.State.Live.ServerId);
            search = search with { Round = search.Round + 1, Queue = [.. order.Select(id => new Candidate(id))] };
        }

        turn.State = turn.State with { Search = search };
        if (search.Queue.IsEmpty)
            return; // a migration without anywhere to go
        if (turn.Options.HasSelector && search.Queue[0].By != ServerSelection.ForcedTarget)
        {
            turn.State = turn.State with { Search = search with { IsAsking = true } };
            turn.Do(new AskSelector((turn.State.Live ?? turn.State.Lost)?.Info));
            return;
        }

        DialNext(turn);
    }

    private static void DialNext(MachineTurn turn)
    {
        Search search = turn.State.Search;
        if (search.Queue.IsEmpty || search.Open.Count >= 2)
            return;
        Candidate next = search.Queue[0];
        search = search with { Queue = search.Queue.RemoveAt(0) };
        if (turn.State.Pool.Find(next.ServerId) is not { } server)
        {
            turn.State = turn.State with { Search = search };
            DialNext(turn);
            return;
        }

        var attempt = new OpenAttempt(turn.State.AttemptId + 1, server, turn.Now, search.Attempts + 1)
        {
            Endpoint = next.Address is null ? null : new System.Net.IPEndPoint(next.Address, server.Address.Port),
        };
        turn.State = turn.State with { AttemptId = attempt.Id, Search = search with { Attempts = attempt.Number, Open = search.Open.Add(attempt) } };
        turn.Emit(
            new NatsConnectAttemptEvent
            {
                Server = turn.View(server, attempt.Endpoint),
                Endpoint = attempt.Endpoint,
                Attempt = attempt.Number,
                Round = search.Round,
                Initial = !turn.State.HasConnectedOnce,
                By = next.By,
            },
            attempt.Id);
        turn.Do(new Dial(attempt.Id, server, next.Address));
        turn.Do(new SetTimer(MachineTimer.Hedge, turn.Options.HedgeAfter));
    }
}
