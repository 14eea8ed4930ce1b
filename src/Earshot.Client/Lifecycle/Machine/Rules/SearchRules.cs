using System.Collections.Immutable;

namespace Earshot.Lifecycle;

/// <summary>
/// Looking for a server: how a search starts, and what its dials report. Used for the first connect, for every reconnect and for a
/// migration. A failed attempt returns a decision; what follows from one that ends the connection, and from a server that accepts, is not here.
/// </summary>
internal static class SearchRules
{
    /// <summary>Starts to look; the caller has set state and outage.</summary>
    public static void Begin(MachineTurn turn, int? avoid, bool immediately)
    {
        turn.State = turn.State with { Search = Search.None with { Started = turn.Now, AvoidServer = avoid } };
        // The first loss has no delay. Sessions that end again before they count as stable wait longer each time, or a
        // server that accepts and closes would be called thousands of times.
        TimeSpan delay = immediately ? TimeSpan.Zero : turn.Backoff(turn.State.BackoffRound - 1, half: true);
        if (delay == TimeSpan.Zero)
        {
            RoundRules.Next(turn);
        }
        else
        {
            RoundRules.Wait(turn, delay, NatsReconnectDelaySource.Throttled);
        }
    }

    /// <summary>Starts with one requested server; the rest of the pool follows when it fails.</summary>
    public static void BeginWith(MachineTurn turn, Candidate candidate, int? avoid)
    {
        ImmutableList<Candidate> others = turn.Candidates(avoid, id => id != candidate.ServerId);
        turn.State = turn.State with { Search = Search.None with { Started = turn.Now, AvoidServer = avoid, Round = 1, Queue = others.Insert(0, candidate with { HasFullTimeout = true }) } };
        RoundRules.DialNext(turn);
    }

    public static void Resolved(MachineTurn turn, AddressesResolved resolved)
    {
        OpenAttempt attempt = turn.State.Search.Find(resolved.AttemptId)!;
        IEnumerable<Candidate> others = turn.State.Pool.Find(attempt.ServerId) is null
            ? [] // it has left the pool: what is open is its last dial
            : resolved.Addresses.Skip(1).Select(address => new Candidate(attempt.ServerId, address));
        Search search = turn.State.Search;
        turn.State = turn.State with
        {
            Search = search with { Open = search.Open.Replace(attempt, attempt with { Endpoint = resolved.First }), Queue = search.Queue.InsertRange(0, others) },
        };
        DialRules.ArmHedge(turn);
    }

    public static void Progressed(MachineTurn turn, AttemptProgressed progressed)
    {
        Search search = turn.State.Search;
        OpenAttempt attempt = search.Find(progressed.AttemptId)!;
        OpenAttempt now = attempt with { Phase = progressed.Phase, Info = progressed.Info ?? attempt.Info, AwaitsServer = progressed.AwaitsServer, LastProgress = turn.Now };
        turn.State = turn.State with { Search = search with { Open = search.Open.Replace(attempt, now) } };
        DialRules.ArmHedge(turn);
    }

    /// <summary>The open dials should have made progress by now: another server joins a single one, or takes the place of one of two.</summary>
    public static void HedgeDue(MachineTurn turn)
    {
        Search search = turn.State.Search;
        if (search.Open.IsEmpty)
        {
            return;
        }

        RoundRules.ForgetRemoved(turn);
        if (!search.Open.TrueForAll(attempt => attempt.IsStalled(turn.Now, turn.Options.HedgeAfter)))
        {
            DialRules.ArmHedge(turn);
        }
        else if (search.Open.Count == 1 || (GiveUpRules.MayDialNext(turn) && DialRules.TryReplace(turn)))
        {
            RoundRules.DialNext(turn);
        }
    }

    /// <summary>An attempt failed; returns whether and how the search continues.</summary>
    public static FailureDecision Failed(MachineTurn turn, AttemptFailed failed)
    {
        OpenAttempt attempt = turn.State.Search.Find(failed.AttemptId)!;
        NatsServer view = turn.View(attempt.Server, attempt.Endpoint);
        Search search = turn.State.Search;
        bool isServerAttemptOver = !search.HasMoreOf(attempt); // all addresses of a server are one try, and one refusal of it
        NatsServerError? answer = GiveUpRules.AnswerOf(search, attempt, failed.ServerError);
        turn.State = turn.State with
        {
            Pool = turn.State.Pool.Failed(attempt.ServerId, failed.Exception.Message, isServerAttemptOver),
            LastError = failed.Exception,
            Search = search with
            {
                Open = search.Open.Remove(attempt),
                Failures = search.AddFailure(new NatsConnectFailure(view.Url, attempt.Endpoint, failed.Phase, failed.Exception)),
                RefusedBy = GiveUpRules.IsRefusal(answer) ? search.RefusedBy.SetItem(attempt.ServerId, answer) : search.RefusedBy,
            },
        };
        if (!turn.State.HasConnectedOnce && !GiveUpRules.RetriesInitially(turn.Options) && search is { Queue.IsEmpty: true, Replaced.IsEmpty: false, HasRequeued: false })
        {
            // There is no second round, so those that were replaced have their whole time in this one.
            turn.State = turn.State with { Search = turn.State.Search with { Queue = search.RequeueReplaced(), Replaced = [], HasRequeued = true } };
        }

        if (isServerAttemptOver)
        {
            GiveUpRules.RecordAuthResult(turn, attempt, answer);
        }

        FailureDecision decision = GiveUpRules.Decide(turn);
        if (failed.ServerError is { } error)
        {
            ErrorRules.Emit(turn, error, view, attempt, willAbort: decision.Reason is not null);
        }

        AttemptReports.Failed(
            turn,
            attempt,
            DialRules.Outcome(turn, attempt, view, failed.Exception) with
            {
                Phase = failed.Phase,
                ServerError = failed.ServerError,
                WillRetry = decision.Reason is null,
                NextDelay = decision.NextDelay,
            });
        return decision;
    }

    /// <summary>Continues after an attempt failed and did not end the search: another address, or a wait.</summary>
    public static void Continue(MachineTurn turn, FailureDecision decision)
    {
        Search search = turn.State.Search;
        if (search.Open.Count > 0)
        {
            // What is still open has been without progress for long enough to be joined once; another dial takes the place of the failed one.
            if (GiveUpRules.CanHedge(turn))
            {
                RoundRules.DialNext(turn);
            }
            else
            {
                DialRules.ArmHedge(turn);
            }
        }
        else if (!search.Queue.IsEmpty)
        {
            RoundRules.DialNext(turn);
        }
        else
        {
            RoundRules.Over(turn, decision.Delay);
        }
    }
}
