namespace Earshot.JetStream.Consuming;

/// <summary>The answer to "does this consumer still exist?".</summary>
/// <param name="Kind">What is known.</param>
/// <param name="Facts">Of a consumer that exists.</param>
internal readonly record struct PullProbe(PullProbeKind Kind, PullFacts? Facts = null);
