namespace Earshot.JetStream.Consuming;

/// <summary>What is sent for a message whose handler has ended.</summary>
/// <param name="Kind">The kind of ack.</param>
/// <param name="Delay">The delay before the message is delivered again, in ticks.</param>
internal readonly record struct HandlerVerdict(HandlerVerdictKind Kind, long Delay = 0);
