namespace Earshot.JetStream;

/// <summary>The two sequences of a delivered message.</summary>
/// <param name="Stream">The sequence in the stream, which is the same for each delivery.</param>
/// <param name="Consumer">The sequence of the delivery in the consumer, which differs for each delivery.</param>
public readonly record struct NatsJSSequencePair(ulong Stream, ulong Consumer);
