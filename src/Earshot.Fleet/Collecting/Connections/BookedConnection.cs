namespace Earshot.Fleet.Collecting;

/// <summary>A connection that is open as far as is known.</summary>
/// <param name="Start">When the server accepted it, by its clock.</param>
/// <param name="Recorded">When the last record of it was made, by the clock of the server.</param>
/// <param name="IsMissing">Whether the last list of the server did not have it.</param>
internal readonly record struct BookedConnection(DateTimeOffset Start, DateTimeOffset Recorded, bool IsMissing);
