using System.Net;
using Earshot.Servers;

namespace Earshot.Lifecycle;

/// <summary>Opening dials and ending them without an outcome of their own. When to dial and which server is not decided here.</summary>
internal static class DialRules
{
    public static void Dial(MachineTurn turn, Candidate next)
    {
        Search search = turn.State.Search;
        PoolServer server = turn.State.Pool.Find(next.ServerId)!;
        var attempt = new OpenAttempt(turn.State.AttemptId + 1, server, turn.Now, search.Attempts + 1)
        {
            Endpoint = next.Address is null ? null : new IPEndPoint(next.Address, server.Address.Port),
            IsAlternateAddress = next.IsAlternateAddress,
            IsReported = AttemptReports.IsReported(turn, search.Attempts + 1),
            Phase = next.Address is null && server.Address.Literal is null ? NatsConnectPhase.Dns : NatsConnectPhase.Tcp,
            HasFullTimeout = next.HasFullTimeout || search.Queue.Count <= 2, // the last two of a round
        };
        turn.State = turn.State with
        {
            AttemptId = attempt.Id,
            Search = search with
            {
                Attempts = attempt.Number,
                ServerAttempts = next.IsAlternateAddress ? search.ServerAttempts : search.ServerAttempts + 1,
                Open = search.Open.Add(attempt),
                Queue = search.Queue.RemoveAt(0),
            },
        };
        if (attempt.IsReported)
        {
            turn.Emit(
                new NatsConnectAttemptEvent
                {
                    Server = turn.View(server, attempt.Endpoint),
                    Endpoint = attempt.Endpoint,
                    Attempt = attempt.Number,
                    Round = search.Round,
                    Initial = !turn.State.HasConnectedOnce,
                    SelectedBy = next.By,
                },
                attempt.Id);
        }

        turn.Do(new Dial(attempt.Id, server, next.Address) { CredentialsBeyond = turn.State.Live is { IsRenewing: true } live ? live.CredentialsExpireAt : null });
        ArmHedge(turn);
    }

    /// <summary>Sets the timer for the moment at which every open dial will have been without progress for too long, if another one can follow.</summary>
    public static void ArmHedge(MachineTurn turn)
    {
        Search search = turn.State.Search;
        if (search.Open.IsEmpty || search.Queue.IsEmpty || search.Open.Exists(attempt => !attempt.AwaitsServer))
        {
            turn.Do(new StopTimer(MachineTimer.Hedge));
            return;
        }

        TimeSpan left = search.Open.Max(attempt => attempt.LastProgress) + turn.Options.HedgeAfter - turn.Now;
        turn.Do(new SetTimer(MachineTimer.Hedge, left > TimeSpan.Zero ? left : TimeSpan.Zero));
    }

    /// <summary>
    /// Ends one of two dials without progress in favour of a server that this round has not dialled; false when both keep their time. The
    /// older one stays as long as possible: a pool of slow servers connects with it, and hung ones cost one interval each.
    /// </summary>
    public static bool TryReplace(MachineTurn turn)
    {
        Search search = turn.State.Search;
        if (search.Open.FindLast(attempt => !attempt.HasFullTimeout) is not { } replaced)
        {
            return false;
        }

        var cause = new TimeoutException($"No progress for {turn.Options.HedgeAfter.TotalMilliseconds:0.###} ms (phase {replaced.Phase}); replaced by an attempt on another server.");
        if (replaced.IsReported)
        {
            turn.Emit(Outcome(turn, replaced, turn.View(replaced.Server, replaced.Endpoint), cause) with { Abandoned = true, WillRetry = true }, replaced.Id);
        }

        turn.Do(new DropAttempt(replaced.Id));
        // In the next round only the first address of a name has its whole time, so a name whose last address is replaced has failed now.
        bool isServerAttemptOver = replaced.IsAlternateAddress && !search.HasMoreOf(replaced);
        turn.State = turn.State with
        {
            Pool = isServerAttemptOver ? turn.State.Pool.Failed(replaced.ServerId, cause.Message) : turn.State.Pool,
            Search = search with
            {
                Open = search.Open.Remove(replaced),
                Replaced = search.Replaced.Contains(replaced.ServerId) ? search.Replaced : search.Replaced.Add(replaced.ServerId),
                Failures = search.AddFailure(new NatsConnectFailure(replaced.Server.Address.Url, replaced.Endpoint, replaced.Phase, cause)),
            },
        };
        if (GiveUpRules.AnswerOf(search, replaced, null) is { } answer && !search.HasMoreOf(replaced))
        {
            GiveUpRules.RecordAuthResult(turn, replaced, answer);
        }

        return true;
    }

    /// <summary>The outcome of an attempt; the caller adds the remaining members.</summary>
    public static NatsConnectAttemptFailedEvent Outcome(MachineTurn turn, OpenAttempt attempt, NatsServer view, Exception cause) => new()
    {
        Server = view,
        Endpoint = attempt.Endpoint,
        Phase = attempt.Phase,
        Exception = cause,
        Duration = turn.Now - attempt.Started,
        Attempt = attempt.Number,
        Round = turn.State.Search.Round,
        ServerId = attempt.Info?.Id,
        ClientId = attempt.Info is { ClientId: > 0 and var client } ? client : null,
    };

    /// <summary>Ends the search and reports its open dials as abandoned: another attempt won, or no session is wanted any more.</summary>
    public static void Abandon(MachineTurn turn, string why)
    {
        AttemptReports.Flush(turn);
        foreach (OpenAttempt attempt in turn.State.Search.Open)
        {
            if (attempt.IsReported)
            {
                turn.Emit(Outcome(turn, attempt, turn.View(attempt.Server, attempt.Endpoint), new OperationCanceledException(why)) with { Abandoned = true }, attempt.Id);
            }

            turn.Do(new DropAttempt(attempt.Id));
        }

        turn.State = turn.State with { Search = Search.None };
        turn.Do(new StopTimer(MachineTimer.Hedge));
        turn.Do(new StopTimer(MachineTimer.Backoff));
        turn.Do(new StopTimer(MachineTimer.TimeLimit));
    }

    /// <summary>Attempts that are open when the connection ends have their outcome in Closed; they are not reported one by one.</summary>
    public static void DropAll(MachineTurn turn)
    {
        if (turn.State.Successor is { } successor)
        {
            turn.Do(new DropAttempt(successor.Attempt.Id));
        }

        AttemptReports.Flush(turn);
        foreach (OpenAttempt attempt in turn.State.Search.Open)
        {
            turn.Do(new DropAttempt(attempt.Id));
        }

        turn.State = turn.State with { Search = Search.None, Successor = null };
        turn.Do(new StopTimer(MachineTimer.Hedge));
        turn.Do(new StopTimer(MachineTimer.Backoff));
        turn.Do(new StopTimer(MachineTimer.Migrate));
        turn.Do(new StopTimer(MachineTimer.Renew));
    }
}
