namespace Earshot.Fleet;

/// <summary>What has changed between two reports.</summary>
public enum FleetChangeKind
{
    /// <summary>An incident was found.</summary>
    IncidentBegan,
    /// <summary>More is known about an incident, or it has become larger.</summary>
    IncidentChanged,
    /// <summary>An incident is over: no client of it is known to be without a connection, and its servers run or have ended.</summary>
    IncidentEnded,
    /// <summary>Records that arrived later show that there was no incident.</summary>
    IncidentWithdrawn,
    /// <summary>A server is new, or has another state.</summary>
    ServerChanged,
}
