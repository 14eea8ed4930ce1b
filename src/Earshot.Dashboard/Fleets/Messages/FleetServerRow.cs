namespace Earshot.Dashboard.Fleets;

/// <summary>A server as the page lists it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its id, which a restart changes.</param>
/// <param name="State">Its state.</param>
/// <param name="Open">The connections that are open as far as is known.</param>
/// <param name="Clock">How far its clock is ahead, in seconds.</param>
internal sealed record FleetServerRow(string Name, string Id, string State, int Open, double Clock);
