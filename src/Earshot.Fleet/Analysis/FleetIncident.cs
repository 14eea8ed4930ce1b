namespace Earshot.Fleet;

/// <summary>Losses that belong together.</summary>
public sealed record FleetIncident
{
    /// <summary>The id, made of the earliest mark of a server or the earliest loss: 12 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>Grows when records that arrive later add something.</summary>
    public required int Version { get; init; }

    /// <summary>What the losses have in common.</summary>
    public required FleetIncidentKind Kind { get; init; }

    /// <summary>The cause of most of the losses.</summary>
    public required FleetVerdict Verdict { get; init; }

    /// <summary>When it began, in UTC.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>When the last loss happened, in UTC.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>The names of the servers, in the order of their first loss.</summary>
    public required IReadOnlyList<string> Servers { get; init; }

    /// <summary>The losses in the order of their times; those of a rolling restart are in <see cref="Parts"/>.</summary>
    public required IReadOnlyList<FleetLoss> Losses { get; init; }

    /// <summary>The incidents of which a rolling restart consists; otherwise empty.</summary>
    public IReadOnlyList<FleetIncident> Parts { get; init; } = [];

    /// <summary>The connections that these servers had when it began, as far as they are known.</summary>
    public required int Roster { get; init; }

    /// <summary>What happened, what it cost and whether it is over, in English.</summary>
    public required string Sentence { get; init; }

    /// <summary>The number of losses, with those of all parts.</summary>
    public int Count => Losses.Count + Parts.Sum(part => part.Count);
}
