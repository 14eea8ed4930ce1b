namespace Earshot.JetStream.Consuming;

/// <summary>An order of the machine to its engine.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Epoch">Whose inbox.</param>
internal readonly record struct PullEffect(PullEffectKind Kind, int Epoch = 0)
{
    /// <summary>Of <see cref="PullEffectKind.Ask"/>.</summary>
    public PullAsk Ask { get; init; }

    /// <summary>Of <see cref="PullEffectKind.SendServerInfo"/>.</summary>
    public PullNote? Note { get; init; }
}
