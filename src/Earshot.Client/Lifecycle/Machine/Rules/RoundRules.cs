using System.Collections.Immutable;
using Earshot.Servers;

namespace Earshot.Lifecycle;

/// <summary>
/// The rounds of a search: which server is dialled next, which callback is called for it, and the delays in between.
/// </summary>
internal static class RoundRules
{
    public static void BackoffOver(MachineTurn turn)
    {
        if (turn.State.Search.IsWaiting)
        {
            Next(turn);
        }
    }

    /// <summary>A caller requested a session: the next round starts now.</summary>
    public static void SkipBackoff(MachineTurn turn)
    {
        if (!turn.State.Search.IsWaiting)
        {
            return;
        }

        turn.Do(new StopTimer(MachineTimer.Backoff));
        Next(turn);
    }

    /// <summary>The pool was replaced: servers that left it are tried no more, new ones come into the running round.</summary>
    public static void PoolReplaced(MachineTurn turn, ServerPool before)
    {
        Search search = turn.State.Search;
        if (search.Queue.IsEmpty && search.Open.IsEmpty)
        {
            return; // nothing is looked for, or the next round takes the pool as it then is
        }

        ServerPool pool = turn.State.Pool;
        ImmutableList<Candidate> added = turn.Candidates(avoid: null, id => before.Find(id) is null);
        turn.State = turn.State with { Search = search with { Queue = [.. search.Queue.Where(next => pool.Find(next.ServerId) is not null), .. added] } };
        if (!search.Open.IsEmpty)
        {
            DialRules.ArmHedge(turn);
        }
    }

    public static void SelectorReturned(MachineTurn turn, SelectorReturned answer)
    {
        if (answer.Rejected is { } rejected)
        {
            turn.Emit(new NatsServerSelectionRejectedEvent { Requested = rejected, Reason = answer.Why ?? "" });
        }

        Search search = turn.State.Search with { IsAsking = false };
        int? chosen = answer.ServerId is { } id && turn.State.Pool.Find(id) is not null ? id : null;
        ImmutableList<Candidate> queue = chosen is null ? search.Queue : [new Candidate(chosen.Value) { By = NatsServerSelectionSource.Callback }];
        turn.State = turn.State with { Search = search with { Queue = queue } };
        if (answer.Delay > TimeSpan.Zero)
        {
            Wait(turn, answer.Delay, NatsReconnectDelaySource.ServerSelector); // the round is kept: it continues with the chosen server
        }
        else
        {
            DialNext(turn);
        }
    }

    public static void DelayReturned(MachineTurn turn, DelayReturned answer)
    {
        turn.State = turn.State with { Search = turn.State.Search with { IsAsking = false } };
        Wait(turn, answer.Delay, NatsReconnectDelaySource.Handler);
    }

    /// <summary>Every server of the round has failed: waits for the next round, or calls the delay callback.</summary>
    public static void Over(MachineTurn turn, TimeSpan delay)
    {
        turn.State = turn.State with { BackoffRound = turn.State.BackoffRound + 1 };
        if (turn.State is { Live: null, Lost.Reason: NatsDisconnectReason.ForceReconnect or NatsDisconnectReason.LameDuck })
        {
            turn.Do(new MigrationFailed());
        }

        if (turn.Options.HasDelayCallback)
        {
            turn.Do(new InvokeDelayCallback(Ask(turn), turn.State.Search.Round, delay));
        }
        else
        {
            Wait(turn, delay, NatsReconnectDelaySource.Default);
        }
    }

    public static void Wait(MachineTurn turn, TimeSpan delay, NatsReconnectDelaySource source)
    {
        Search search = turn.State.Search with { IsWaiting = true };
        turn.State = turn.State with { Search = search };
        turn.Do(new SetTimer(MachineTimer.Backoff, delay) { IsPaced = source == NatsReconnectDelaySource.Default });
        // While a session is open, the delays of the search for its successor are not reported as delays of the connection.
        if (turn.State.Live is null && AttemptReports.IsReported(turn, search.Attempts))
        {
            PoolServer? next = search.Queue.IsEmpty ? null : turn.State.Pool.Find(search.Queue[0].ServerId);
            turn.Emit(new NatsReconnectDelayEvent
            {
                Delay = delay,
                Source = source,
                Round = search.Queue.IsEmpty ? search.Round + 1 : search.Round,
                Next = next is null ? null : turn.View(next),
            });
        }
    }

    /// <summary>Starts the next round, or continues one that was waiting for its chosen server.</summary>
    public static void Next(MachineTurn turn)
    {
        Search search = turn.State.Search with { IsWaiting = false };
        if (search.Queue.IsEmpty)
        {
            Func<int, bool>? isElsewhere = turn.State.Live is { } live
                ? id => (id != live.ServerId || live.IsRenewing) && turn.State.Pool.Find(id) is not { IsLameDuck: true }
                : null;
            if (search.Round > 0 || turn.State.Pool.Servers.All(server => server.IsParked || isElsewhere?.Invoke(server.Id) == false))
            {
                PoolRules.ReturnParked(turn);
            }

            ImmutableList<Candidate> queue = turn.Candidates(search.AvoidServer, isElsewhere);
            if (!search.Replaced.IsEmpty)
            {
                queue = search.RequeueReplaced().AddRange(queue.RemoveAll(candidate => search.Replaced.Contains(candidate.ServerId)));
            }

            search = search with { Round = search.Round + 1, Queue = queue, Replaced = [] };
        }

        turn.State = turn.State with { Search = search };
        if (search.Queue.IsEmpty)
        {
            DialRules.Abandon(turn, "there is no server to migrate to"); // only a migration runs out of servers
        }
        else if (turn.Options.HasSelector && search.Queue[0].By == NatsServerSelectionSource.Pool)
        {
            turn.Do(new InvokeSelector(Ask(turn), (turn.State.Live ?? turn.State.Lost?.Session)?.Info));
        }
        else
        {
            DialNext(turn);
        }
    }

    /// <summary>Dials the next address of the round, unless as many are open as may fail. The caller has made sure that at most one is.</summary>
    public static void DialNext(MachineTurn turn)
    {
        ForgetRemoved(turn);
        if (GiveUpRules.MayDialNext(turn))
        {
            DialRules.Dial(turn, turn.State.Search.Queue[0]);
        }
        else if (turn.State.Search is { Queue.IsEmpty: true, Open.IsEmpty: true })
        {
            Next(turn); // all that was left of the round has left the pool
        }
        else if (turn.State.Search.Queue.IsEmpty)
        {
            turn.Do(new StopTimer(MachineTimer.Hedge)); // nothing is left that could join what is open
        }
    }

    /// <summary>Servers that have left the pool are not dialled any more.</summary>
    public static void ForgetRemoved(MachineTurn turn)
    {
        Search search = turn.State.Search;
        ImmutableList<Candidate> queue = search.Queue.RemoveAll(candidate => turn.State.Pool.Find(candidate.ServerId) is null);
        if (queue != search.Queue)
        {
            turn.State = turn.State with { Search = search with { Queue = queue } };
        }
    }

    // The answer carries this number back, so that a late one cannot be taken for the answer to a later question.
    private static int Ask(MachineTurn turn)
    {
        turn.State = turn.State with { Asked = turn.State.Asked + 1, Search = turn.State.Search with { IsAsking = true } };
        return turn.State.Asked;
    }
}
