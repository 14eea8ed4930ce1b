namespace Earshot.Lifecycle;

/// <summary>
/// How attempts are reported: one by one at first; from the 20th of a search on, one event a minute represents all that failed, so that a
/// long outage does not fill journal and log. Attempts of a migration, and of a first connect that is not retried, are always reported
/// one by one.
/// </summary>
internal static class AttemptReports
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

    public static bool IsReported(MachineTurn turn, int number) =>
        number < NatsConnectAttemptFailedEvent.CoalescedFrom || turn.State.Live is not null || !(turn.State.HasConnectedOnce || turn.Options.RetryOnInitialConnect);

    /// <summary>Reports a failed attempt now, or with the others of its minute.</summary>
    public static void Failed(MachineTurn turn, OpenAttempt attempt, NatsConnectAttemptFailedEvent e)
    {
        if (attempt.IsReported)
        {
            turn.Emit(e, attempt.Id);
            return;
        }

        HeldFailures held = turn.State.Search.Held is { } others
            ? others with { Last = e, LastId = attempt.Id, Count = others.Count + 1 }
            : new HeldFailures(e, attempt.Id, attempt.Id, 1, turn.Now);
        turn.State = turn.State with { Search = turn.State.Search with { Held = held } };
        if (turn.Now - held.Since >= s_interval)
        {
            Flush(turn);
        }
    }

    /// <summary>Reports what is held: a minute is over, or the search is.</summary>
    public static void Flush(MachineTurn turn)
    {
        if (turn.State.Search.Held is not { } held)
        {
            return;
        }

        turn.State = turn.State with { Search = turn.State.Search with { Held = null } };
        turn.Emit(held.Last with { RepeatCount = held.Count, FirstAttemptId = held.FirstId, LastAttemptId = held.LastId }, held.LastId);
    }
}
