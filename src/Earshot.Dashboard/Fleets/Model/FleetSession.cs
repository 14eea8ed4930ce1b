namespace Earshot.Dashboard.Fleets;

/// <summary>A time in which a client was connected to a server, as far as one of the halves shows it.</summary>
/// <param name="ServerId">The id of the server; null if unknown.</param>
/// <param name="Server">The name of the server, or its id or URL.</param>
/// <param name="From">When it began; null if before everything that is known.</param>
/// <param name="To">When it ended; null if it is open, or its end is not known.</param>
internal readonly record struct FleetSession(string? ServerId, string Server, DateTimeOffset? From, DateTimeOffset? To);
