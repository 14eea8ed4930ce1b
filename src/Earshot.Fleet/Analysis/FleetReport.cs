namespace Earshot.Fleet;

/// <summary>What the records of a fleet show. Every loss is in exactly one place: in one incident, in one of its parts, or in <see cref="Others"/>.</summary>
public sealed record FleetReport
{
    /// <summary>The incidents in the order of their times.</summary>
    public required IReadOnlyList<FleetIncident> Incidents { get; init; }

    /// <summary>Losses that belong to no incident, in the order of their times.</summary>
    public required IReadOnlyList<FleetLoss> Others { get; init; }

    /// <summary>What else is noticeable.</summary>
    public required IReadOnlyList<FleetFinding> Findings { get; init; }

    /// <summary>The servers, by name.</summary>
    public required IReadOnlyList<FleetServer> Servers { get; init; }

    /// <summary>The holes in journals, by connection: events that were evicted from the journal before it was written, or that were not recorded.</summary>
    public required IReadOnlyDictionary<string, long> MissingEvents { get; init; }

    /// <summary>The number of records that were ignored, because their times cannot be true.</summary>
    public int IgnoredRecords { get; init; }

    /// <summary>All losses in the order of their times.</summary>
    public IEnumerable<FleetLoss> Losses =>
        Incidents.SelectMany(Flatten).SelectMany(incident => incident.Losses).Concat(Others).OrderBy(loss => loss.From).ThenBy(loss => loss.Server, StringComparer.Ordinal).ThenBy(loss => loss.ClientId ?? 0);

    private static IEnumerable<FleetIncident> Flatten(FleetIncident incident) => incident.Parts.SelectMany(Flatten).Prepend(incident);
}
