namespace Earshot.Fleet.Tests.Story;

/// <summary>What really happened: the connections that were lost together, and why.</summary>
internal sealed record TrueIncident(FleetVerdict Verdict, IReadOnlyList<(string Server, ulong ClientId)> Lost);
