namespace Earshot.Fleet.Analysis;

/// <summary>What announced or showed the end of a server, with its corrected time.</summary>
internal sealed record ServerMark(ServerRecordKind Kind, DateTimeOffset At);
