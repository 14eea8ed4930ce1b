namespace Earshot.Fleet.Collecting;

/// <summary>What the watch has found out about a server.</summary>
/// <param name="Kind">Seen for a new server; silent; or back.</param>
/// <param name="Server">The server.</param>
/// <param name="At">When, by the clock of the collector: for a silence the last response before it.</param>
internal sealed record RosterChange(ServerRecordKind Kind, ServerIdentity Server, DateTimeOffset At);
