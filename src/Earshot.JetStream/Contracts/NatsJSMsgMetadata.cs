namespace Earshot.JetStream;

/// <summary>The data of a delivery by the server (ADR-15).</summary>
/// <param name="Sequence">The sequences of the message in the stream and in the consumer.</param>
/// <param name="NumDelivered">The number of deliveries of the message, including this one.</param>
/// <param name="NumPending">The number of messages that follow this one for the consumer.</param>
/// <param name="Timestamp">The time at which the message was stored, to 100 ns.</param>
/// <param name="Stream">The name of the stream.</param>
/// <param name="Consumer">The name of the consumer.</param>
/// <param name="Domain">The JetStream domain; empty when there is none.</param>
public readonly record struct NatsJSMsgMetadata(
    NatsJSSequencePair Sequence, ulong NumDelivered, ulong NumPending, DateTimeOffset Timestamp, string Stream, string Consumer, string Domain);
