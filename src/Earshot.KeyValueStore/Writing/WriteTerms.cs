namespace Earshot.KeyValueStore.Writing;

/// <summary>The condition and the time to live of a write.</summary>
/// <param name="Revision">The expected last revision of the key; 0: the key has no entry. Null: no condition.</param>
/// <param name="Ttl">The time to live of the entry; zero: as the bucket specifies.</param>
internal readonly record struct WriteTerms(ulong? Revision, TimeSpan Ttl);
