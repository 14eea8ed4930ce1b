namespace Earshot.Dashboard.Fleets;

/// <summary>What the page of the fleet draws. Times are seconds since <see cref="Start"/>.</summary>
/// <param name="Start">The beginning of the time axis, in milliseconds since 1970 UTC.</param>
/// <param name="Length">The length of the time axis.</param>
/// <param name="Tracks">The rows: servers, headings and connections with a loss.</param>
/// <param name="Outages">The losses of these connections, by time.</param>
internal sealed record FleetContent(double Start, double Length, IReadOnlyList<FleetTrack> Tracks, IReadOnlyList<FleetLossRow> Outages)
{
    /// <summary>The incidents, the newest first.</summary>
    public required IReadOnlyList<FleetIncidentRow> Incidents { get; init; }

    /// <summary>The servers.</summary>
    public required IReadOnlyList<FleetServerRow> Servers { get; init; }

    /// <summary>What else was found, as sentences.</summary>
    public required IReadOnlyList<string> Findings { get; init; }

    /// <summary>What is missing, as sentences.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>The connections that were seen; without a journal a client that connects again is another one.</summary>
    public int Connections { get; init; }

    /// <summary>Connections with a loss.</summary>
    public int Affected { get; init; }

    /// <summary>All losses.</summary>
    public int Losses { get; init; }

    /// <summary>Clients that are known to be without a connection.</summary>
    public int Down { get; init; }

    /// <summary>Connections with a loss that have no row.</summary>
    public int NotShown { get; init; }

    /// <summary>The number of records.</summary>
    public int Records { get; init; }

    /// <summary>No events: the list belongs to the page of the own connections.</summary>
    public IReadOnlyList<string> Events { get; } = [];

    /// <summary>The path of the page, for its requests; null in a file.</summary>
    public string? Path { get; init; }

    /// <summary>Which picture it is: a viewer that has it needs none.</summary>
    public string? Position { get; init; }
}
