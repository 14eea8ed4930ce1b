namespace Earshot.Fleet;

/// <summary>A server that the records name.</summary>
/// <param name="Id">Its id, which a restart changes.</param>
/// <param name="Name">Its name, or its id where it has none.</param>
/// <param name="State">Its last known state.</param>
/// <param name="Open">The connections that are open as far as is known.</param>
/// <param name="ClockOffset">How far its clock is ahead of the clock of the reader or of the other servers; zero if unknown.</param>
public sealed record FleetServer(string Id, string Name, FleetServerState State, int Open, TimeSpan ClockOffset);
