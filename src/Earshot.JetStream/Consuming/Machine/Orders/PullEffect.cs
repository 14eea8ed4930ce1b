namespace Earshot.JetStream.Consuming;

/// <summary>An effect of the machine, executed by its engine.</summary>
/// <param name="Kind">The kind of the effect.</param>
/// <param name="Epoch">The epoch of the inbox; 0 when the effect has none.</param>
internal readonly record struct PullEffect(PullEffectKind Kind, int Epoch = 0)
{
    /// <summary>The pull request of <see cref="PullEffectKind.Ask"/>.</summary>
    public PullAsk Ask { get; init; }

    /// <summary>The note of <see cref="PullEffectKind.Report"/>.</summary>
    public PullNote? Note { get; init; }
}
