namespace Earshot.Fleet;

/// <summary>Something noticeable that is no incident; it counts no losses.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Subject">The server, connection or client that it is about.</param>
/// <param name="At">When it was noticeable first, in UTC.</param>
/// <param name="Count">How many attempts, outages or connections it is about.</param>
/// <param name="Sentence">What was found, in English.</param>
public sealed record FleetFinding(FleetFindingKind Kind, string Subject, DateTimeOffset At, int Count, string Sentence);
