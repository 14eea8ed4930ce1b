namespace Earshot.KeyValueStore;

/// <summary>The numbers of a running watch.</summary>
/// <param name="Received">The entries that were read, including those that the options leave out.</param>
/// <param name="LastRevision">The revision of the last entry that was read; 0: none since the start or the last reset.</param>
/// <param name="Resets">How often the bucket lost entries that the watch had delivered.</param>
/// <param name="Consumers">How often the consumer of the watch was created: once, and after each reconnect or other loss of certainty.</param>
public readonly record struct NatsKVWatchCounts(long Received, ulong LastRevision, int Resets, int Consumers);
