namespace Earshot.JetStream.Consuming;

/// <summary>The result of a request for the info of a consumer.</summary>
/// <param name="Kind">The kind of the result.</param>
/// <param name="Facts">The state of a consumer that exists; otherwise null.</param>
internal readonly record struct PullProbe(PullProbeKind Kind, PullFacts? Facts = null);
