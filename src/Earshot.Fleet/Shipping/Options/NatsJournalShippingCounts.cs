namespace Earshot.Fleet;

/// <summary>What a shipper has done since it was created. A snapshot of its counters.</summary>
/// <param name="Shipped">The number of events that the stream has acknowledged, folded ones included.</param>
/// <param name="Batches">The number of batches that the stream has acknowledged.</param>
/// <param name="Folded">The number of failed attempts that were added to the entry of an earlier one.</param>
/// <param name="Dropped">The number of events that were dropped because the outbox was full, or that no message of the server or the stream can hold.</param>
/// <param name="Skipped">The number of events about the shipper's own messages, which are never shipped.</param>
/// <param name="Failures">The number of sends that the server or the stream refused, or that nothing acknowledged in time.</param>
/// <param name="Held">The number of entries that wait in the outbox.</param>
/// <param name="HeldBytes">The memory of the outbox, in bytes.</param>
public readonly record struct NatsJournalShippingCounts(long Shipped, long Batches, long Folded, long Dropped, long Skipped, long Failures, int Held, long HeldBytes);
