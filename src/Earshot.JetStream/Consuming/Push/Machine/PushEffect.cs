namespace Earshot.JetStream.Consuming;

/// <summary>An effect of the machine of a push consumer, executed by its engine.</summary>
/// <param name="Kind">The kind of the effect.</param>
internal readonly record struct PushEffect(PushEffectKind Kind)
{
    /// <summary>The answer of <see cref="PushEffectKind.Answer"/>.</summary>
    public FlowAnswer Answer { get; init; }

    /// <summary>The note of <see cref="PushEffectKind.Report"/>.</summary>
    public PullNote? Note { get; init; }

    /// <summary>The attempt of <see cref="PushEffectKind.Recreate"/> and <see cref="PushEffectKind.Created"/>.</summary>
    public PushAttempt Attempt { get; init; }

    /// <summary>The result of <see cref="PushEffectKind.Created"/>.</summary>
    public PushCreation Creation { get; init; }
}
