namespace Earshot.JetStream.Consuming;

/// <summary>The answer to a flow control request: an empty message.</summary>
/// <param name="Subject">The subject of the answer.</param>
/// <param name="Source">The kind of message that requested it.</param>
/// <param name="Held">The time for which the answer waited for the application, in ticks.</param>
internal readonly record struct FlowAnswer(byte[] Subject, FlowControlSource Source, long Held);
