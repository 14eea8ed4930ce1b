using Earshot.Servers;

namespace Earshot.Lifecycle;

/// <summary>Whether to stop looking; what then happens is not here. Limits count the servers that one search has dialled, however many addresses each of them has.</summary>
internal static class GiveUpRules
{
    /// <summary>The same refusal so often on every server ends the reconnecting.</summary>
    public const int AuthAbortAfter = 2;

    public static Verdict Judge(MachineTurn turn)
    {
        MachineState state = turn.State;
        bool isLast = state.Search.Open.IsEmpty && state.Search.Queue.IsEmpty;
        if (state.Live is not null)
        {
            return GoOn(turn, isLast); // a migration: there is still the old session
        }

        if (!state.HasConnectedOnce && !RetriesInitially(turn.Options))
        {
            return isLast ? new Verdict(NatsCloseReason.InitialConnectFailed) : GoOn(turn, isLast);
        }

        if (AuthenticationIsHopeless(turn))
        {
            return new Verdict(NatsCloseReason.AuthenticationFailed);
        }
        // The first connect tries the whole pool before any limit counts; a dial that is still open may yet succeed.
        bool mayBeOver = state.HasConnectedOnce ? state.Search.Open.IsEmpty : isLast;
        if (mayBeOver && turn.Options.MaxReconnects >= 0 && state.Search.Tries >= turn.Options.MaxReconnects && !MayDialNext(turn))
        {
            return new Verdict(NatsCloseReason.MaxReconnectsReached);
        }

        return GoOn(turn, isLast);
    }

    /// <summary>Whether the limit of one outage leaves room for the next dial of the round. Those that are open count as if they had failed.</summary>
    public static bool MayDialNext(MachineTurn turn)
    {
        Search search = turn.State.Search;
        return !search.Queue.IsEmpty && (search.Queue[0].IsSameTry || search.Tries < TryLimit(turn));
    }

    private static int TryLimit(MachineTurn turn) =>
        turn.State is { Live: null, HasConnectedOnce: true } && turn.Options.MaxReconnects >= 0 ? turn.Options.MaxReconnects : int.MaxValue;

    public static bool RetriesInitially(MachineOptions options) => options.RetryOnInitialConnect && options.MaxReconnects != 0;

    private static Verdict GoOn(MachineTurn turn, bool isLast)
    {
        Search search = turn.State.Search;
        if (isLast)
        {
            TimeSpan delay = turn.Backoff(turn.State.BackoffRound + 1);
            return new Verdict(null, delay) { NextDelay = turn.Options.HasDelayCallback ? null : delay };
        }

        bool dialsAtOnce = search.Open is [] or [{ HasInfo: false }] && MayDialNext(turn);
        return new Verdict(null) { NextDelay = dialsAtOnce ? TimeSpan.Zero : null };
    }

    // The same refusal, so often, from every server that is left: more attempts would not help and might lock the user out.
    public static bool AuthenticationIsHopeless(MachineTurn turn)
    {
        if (turn.Options.IgnoreAuthErrorAbort)
        {
            return false;
        }

        PoolServer[] left = [.. turn.State.Pool.Servers.Where(server => !server.IsParked)];
        return left.Length > 0 && Array.TrueForAll(left, server => server.AuthFailures >= AuthAbortAfter);
    }
}
