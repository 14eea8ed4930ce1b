namespace Earshot.JetStream;

/// <summary>Where a message stands.</summary>
/// <param name="Stream">Its sequence in the stream: the same at each delivery.</param>
/// <param name="Consumer">Number of the delivery of this consumer: another one at each delivery.</param>
public readonly record struct NatsJSSequencePair(ulong Stream, ulong Consumer);
