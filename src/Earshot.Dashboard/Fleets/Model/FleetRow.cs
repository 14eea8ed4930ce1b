namespace Earshot.Dashboard.Fleets;

/// <summary>A row of the picture.</summary>
/// <param name="Connection">The connection; null for a heading.</param>
/// <param name="Name">The text of the row.</param>
internal sealed record FleetRow(FleetConnection? Connection, string Name)
{
    /// <summary>The level of a heading: 1 for a service, 2 for a host; 0 for a connection.</summary>
    public int Level { get; init; }
}
