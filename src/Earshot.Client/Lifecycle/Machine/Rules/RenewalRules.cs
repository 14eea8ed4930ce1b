namespace Earshot.Lifecycle;

/// <summary>
/// Authenticating again before the credentials expire: a second session is made with fresh ones while the first still works, and takes
/// over as a lame duck's successor does, in a moment without requests in flight. What goes wrong is a failed attempt with its cause,
/// and costs nothing while the old credentials last.
/// </summary>
internal static class RenewalRules
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromDays(1); // the wall clock may be set meanwhile

    public static void Plan(MachineTurn turn)
    {
        if (turn.State is not { Live.CredentialsExpireAt: { } at, Drain: null } || turn.Options.RenewBeforeExpiry <= TimeSpan.Zero)
        {
            return;
        }

        TimeSpan left = at - turn.Stamp.WallClock;
        if (left <= TimeSpan.Zero)
        {
            return; // by our clock they have expired, and by the server's they have not: it will say when
        }

        // Short-lived ones are renewed after a proportional part of their lifetime; jitter spreads clients that started together.
        TimeSpan ahead = turn.Options.RenewBeforeExpiry < left / 4 ? turn.Options.RenewBeforeExpiry : left / 4;
        TimeSpan due = left - (ahead * (1 - (turn.Stamp.Chance() / 2)));
        turn.Do(new SetTimer(MachineTimer.Renew, due < s_longestWait ? due : s_longestWait));
    }

    public static void Due(MachineTurn turn)
    {
        if (turn.State.Live is not { CredentialsExpireAt: { } at } live)
        {
            return;
        }

        if (at - turn.Stamp.WallClock > turn.Options.RenewBeforeExpiry)
        {
            Plan(turn);
            return;
        }

        if (turn.State is not { State: NatsConnectionState.Open, Ending: null, Successor: null } || turn.State.Search != Search.None || live.IsLameDuck)
        {
            return; // something else makes a new session already, and that one has fresh credentials
        }

        turn.State = turn.State with { Live = live with { IsRenewing = true } };
        SearchRules.BeginWith(turn, new Candidate(live.ServerId), avoid: null);
    }
}
