namespace Earshot.Fleet.Collecting;

/// <summary>An event of a server as it is stored.</summary>
/// <param name="Record">The record; it has no routes, because the event names other servers only.</param>
/// <param name="MessageId">The id of its message: every collector that receives the event has the same.</param>
/// <param name="RouteNames">The names of the servers to which a server with statistics has routes; null for other events.</param>
internal sealed record SystemEvent(ServerRecord Record, string MessageId, IReadOnlyList<string>? RouteNames);
