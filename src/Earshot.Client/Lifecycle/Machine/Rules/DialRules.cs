using System.Net;
using Earshot.Servers;

namespace Earshot.Lifecycle;

/// <summary>Opening dials and ending them without an outcome of their own. When to dial and whom is not decided here.</summary>
internal static class DialRules
{
    public static void Dial(MachineTurn turn, Candidate next)
    {
        Search search = turn.State.Search;
        PoolServer server = turn.State.Pool.Find(next.ServerId)!;
        var attempt = new OpenAttempt(turn.State.AttemptId + 1, server, turn.Now, search.Attempts + 1)
        {
            Endpoint = next.Address is null ? null : new IPEndPoint(next.Address, server.Address.Port),
        };
        turn.State = turn.State with
        {
            AttemptId = attempt.Id,
            Search = search with
            {
                Attempts = attempt.Number,
                Tries = next.IsSameTry ? search.Tries : search.Tries + 1,
                Open = search.Open.Add(attempt),
                Queue = search.Queue.RemoveAt(0),
            },
        };
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
        turn.Do(new Dial(attempt.Id, server, next.Address) { CredentialsBeyond = turn.State.Live is { IsRenewing: true } live ? live.CredentialsExpireAt : null });
        turn.Do(new SetTimer(MachineTimer.Hedge, turn.Options.HedgeAfter));
    }

    /// <summary>
    /// There is a new candidate. When the hedge timer of the open dial fired none was left, so it is set again for what is left of its time.
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

    /// <summary>Ends the search and reports its open dials as abandoned: another attempt won, or no session is wanted any more.</summary>
    public static void Abandon(MachineTurn turn, string why)
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

    /// <summary>Attempts that are open when the connection ends have their outcome in Closed; they are not reported one by one.</summary>
    public static void DropAll(MachineTurn turn)
    {
        if (turn.State.Successor is { } successor)
        {
            turn.Do(new DropAttempt(successor.Attempt.Id));
        }

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
