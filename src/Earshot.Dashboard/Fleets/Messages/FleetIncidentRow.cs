namespace Earshot.Dashboard.Fleets;

/// <summary>An incident as the page lists it. Times are seconds since the start of the axis.</summary>
/// <param name="Id">Its id.</param>
/// <param name="From">When it began.</param>
/// <param name="To">When the last loss happened.</param>
internal sealed record FleetIncidentRow(string Id, double From, double To)
{
    /// <summary>The version, which rises with what is known.</summary>
    public int Version { get; init; }

    /// <summary>The kind.</summary>
    public required string Kind { get; init; }

    /// <summary>What happened, in sentences.</summary>
    public required string Sentence { get; init; }

    /// <summary>The number of losses.</summary>
    public int Count { get; init; }

    /// <summary>Whether it is over.</summary>
    public bool Over { get; init; }

    /// <summary>The parts of a rolling restart.</summary>
    public IReadOnlyList<FleetIncidentRow>? Parts { get; init; }

    /// <summary>The losses, in a file only: a live page asks for them.</summary>
    public IReadOnlyList<FleetLossRow>? Losses { get; init; }
}
