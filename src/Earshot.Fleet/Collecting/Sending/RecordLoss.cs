namespace Earshot.Fleet.Collecting;

/// <summary>Records that were dropped because there was no space.</summary>
/// <param name="From">When the first of them was made.</param>
/// <param name="Connections">The connections that they are about; null when there are too many to name.</param>
internal sealed record RecordLoss(DateTimeOffset From, IReadOnlyCollection<(string Server, ulong Client)>? Connections);
