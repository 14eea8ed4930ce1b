namespace Earshot.Lifecycle;

/// <summary>What to do after a failed attempt: continue, after a wait if the round is over, or give up for a reason.</summary>
internal readonly record struct FailureDecision(NatsCloseReason? Reason, TimeSpan Delay = default)
{
    /// <summary>How long until the next dial, where that is known.</summary>
    public TimeSpan? NextDelay { get; init; }
}
