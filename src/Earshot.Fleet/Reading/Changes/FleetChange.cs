namespace Earshot.Fleet;

/// <summary>A change between two reports, as <see cref="FleetChangeTracker"/> finds it.</summary>
/// <param name="Kind">What has changed.</param>
public sealed record FleetChange(FleetChangeKind Kind)
{
    /// <summary>The incident as it is now; as it was, when it was withdrawn; null for a server.</summary>
    public FleetIncident? Incident { get; init; }

    /// <summary>The server as it is now; null for an incident.</summary>
    public FleetServer? Server { get; init; }

    /// <summary>The state of the server before; null for a new server and for incidents.</summary>
    public FleetServerState? Before { get; init; }
}
