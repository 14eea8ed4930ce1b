namespace Earshot.KeyValueStore;

/// <summary>A key whose last revision was not the expected one, so that an update of several keys was rejected.</summary>
/// <param name="Key">The key with the other revision.</param>
/// <param name="ExpectedRevision">The expected last revision; 0: none. Null: the key must not exist.</param>
/// <param name="LastRevision">The last revision, read from the leader after the rejection; 0: the key has no entry.</param>
public readonly record struct NatsKVConflict(string Key, ulong? ExpectedRevision, ulong LastRevision)
{
    internal string Describe() => ExpectedRevision is { } expected ? $"the last revision of '{Key}' is {LastRevision}, not {expected}" : $"'{Key}' exists, with revision {LastRevision}";
}
