using Earshot.Servers;

namespace Earshot.Lifecycle;

/// <summary>What to do after a failed attempt: go on after a wait, or give up for a reason.</summary>
internal readonly record struct Verdict(NatsCloseReason? Reason, TimeSpan Delay);

/// <summary>When to stop looking. Limits count the failed attempts of one search.</summary>
internal static class GiveUpRules
{
    public static Verdict Judge(MachineTurn turn)
    {
        MachineState state = turn.State;
        if (state.Live is not null)
            return new Verdict(null, RoundDelay(turn)); // a migration: there is still the old session
        bool isLast = state.Search.Open.IsEmpty && state.Search.Queue.IsEmpty;
        bool isInitial = !state.HasConnectedOnce;
        if (isInitial && !turn.Options.RetryOnInitialConnect)
            return isLast ? new Verdict(NatsCloseReason.InitialConnectFailed, TimeSpan.Zero) : default;
        if (AuthenticationIsHopeless(turn))
            return new Verdict(NatsCloseReason.AuthenticationFailed, TimeSpan.Zero);
        if (turn.Options.MaxReconnects >= 0 && state.Search.Failed >= turn.Options.MaxReconnects)
            return new Verdict(NatsCloseReason.MaxReconnectsReached, TimeSpan.Zero);
        return isLast ? new Verdict(null, RoundDelay(turn)) : default;
    }

    public static void GiveUp(MachineTurn turn, Verdict verdict)
    {
        NatsCloseReason reason = verdict.Reason!.Value;
        if (reason is NatsCloseReason.MaxReconnectsReached or NatsCloseReason.ReconnectTimeExceeded)
        {
            turn.Emit(new NatsMaxReconnectsReachedEvent
            {
                Limit = reason == NatsCloseReason.MaxReconnectsReached ? turn.Options.MaxReconnects : (int)(turn.Options.ReconnectTimeLimit ?? TimeSpan.Zero).TotalMilliseconds,
                Scope = reason == NatsCloseReason.MaxReconnectsReached ? ExhaustedScope.Total : ExhaustedScope.Time,
            });
        }

        var failure = new NatsConnectionFailedException([.. turn.State.Search.Failures]);
        SearchRules.Stop(turn, "the connection gave up");
        ClosingRules.Finish(turn, reason, failure);
    }

    private static TimeSpan RoundDelay(MachineTurn turn)
    {
        TimeSpan ceiling = ReconnectDelay.Ceiling(turn.State.BackoffRound + 1, turn.Options.ReconnectWaitMin, turn.Options.ReconnectWaitMax);
        return ReconnectDelay.WithJitter(ceiling, turn.Stamp.Chance());
    }

    // The same refusal, so often, from every server that is left: more attempts would not help and might lock the user out.
    private static bool AuthenticationIsHopeless(MachineTurn turn)
    {
        if (turn.Options.IgnoreAuthErrorAbort)
            return false;
        PoolServer[] left = [.. turn.State.Pool.Servers.Where(server => !server.IsParked)];
        return left.Length > 0 && Array.TrueForAll(left, server => server.AuthFailures >= turn.Options.AuthAbortAfter);
    }
}
