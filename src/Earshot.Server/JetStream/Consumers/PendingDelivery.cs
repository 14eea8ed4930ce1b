namespace Earshot.Server.JetStream;

/// <summary>A message that was delivered and has no ack.</summary>
/// <param name="ConsumerSequence">The sequence of its first delivery.</param>
/// <param name="Deliveries">How often it was delivered.</param>
/// <param name="Deadline">When it is delivered again; null while it waits to be.</param>
internal readonly record struct PendingDelivery(ulong ConsumerSequence, ulong Deliveries, DateTimeOffset? Deadline);
