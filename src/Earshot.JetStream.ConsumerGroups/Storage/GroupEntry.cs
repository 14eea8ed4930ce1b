namespace Earshot.JetStream.ConsumerGroups.Storage;

/// <summary>The stored configuration of a group.</summary>
/// <param name="Json">The configuration; null when the group does not exist.</param>
/// <param name="Revision">The revision of the entry; 0 when there is none.</param>
internal sealed record GroupEntry(byte[]? Json, ulong Revision);
