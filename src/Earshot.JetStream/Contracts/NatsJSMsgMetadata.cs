namespace Earshot.JetStream;

/// <summary>What the server says of a delivery (ADR-15).</summary>
/// <param name="Sequence">Its sequences in stream and consumer.</param>
/// <param name="NumDelivered">How often the message was delivered, this time included.</param>
/// <param name="NumPending">Messages that wait for the consumer behind this one.</param>
/// <param name="Timestamp">When it was stored, exact to 100 ns.</param>
/// <param name="Stream">The stream.</param>
/// <param name="Consumer">The consumer.</param>
/// <param name="Domain">The domain; empty: none.</param>
public readonly record struct NatsJSMsgMetadata(
    NatsJSSequencePair Sequence, ulong NumDelivered, ulong NumPending, DateTimeOffset Timestamp, string Stream, string Consumer, string Domain);
