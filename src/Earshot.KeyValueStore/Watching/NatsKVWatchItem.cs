namespace Earshot.KeyValueStore;

/// <summary>An entry of a watch, or an event between entries.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="Event">What the item is.</param>
/// <param name="Entry">The entry; the default for other events.</param>
public readonly record struct NatsKVWatchItem<T>(NatsKVWatchEvent Event, NatsKVEntry<T> Entry);
