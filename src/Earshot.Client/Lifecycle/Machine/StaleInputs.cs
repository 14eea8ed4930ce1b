namespace Earshot.Lifecycle;

/// <summary>
/// Facts that name a session that has ended, an attempt that is not open any more or a question that is not awaited. They are normal,
/// because what reports them runs on other threads, and they change nothing.
/// </summary>
internal static class StaleInputs
{
    public static bool Contain(MachineState state, MachineInput input) => input switch
    {
        SessionInput fact => state.Live is not { } live || live.Id != fact.SessionId,
        AttemptInput fact => state.Search.Find(fact.AttemptId) is null,
        CallbackResult answer => !state.Search.IsAsking || answer.Number != state.Asked,
        _ => false,
    };

    /// <summary>An attempt that succeeded too late holds a transport, which is released.</summary>
    public static void Drop(MachineTurn turn, MachineInput input)
    {
        if (input is AttemptEstablished late)
        {
            turn.Do(new DropAttempt(late.AttemptId));
        }
    }
}
