namespace Earshot.Server.JetStream;

/// <summary>One delivery of a message to a consumer's client.</summary>
/// <param name="Message">The message.</param>
/// <param name="ConsumerSequence">The sequence of the delivery.</param>
/// <param name="Deliveries">How often the message was delivered, with this time.</param>
internal readonly record struct Delivery(StoredMessage Message, ulong ConsumerSequence, ulong Deliveries);
