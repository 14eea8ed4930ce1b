namespace Earshot.Simulation.Bank;

/// <summary>How a defect was found, or that it was not.</summary>
internal sealed record Finding(Defect Defect)
{
    /// <summary>The invariant that the simulation saw violated; null: it saw none.</summary>
    public string? Rule { get; init; }

    /// <summary>The number of seeds until then.</summary>
    public int Seeds { get; init; }

    public TimeSpan Time { get; init; }

    /// <summary>The first test of the client that failed; null: they were not run, or all passed.</summary>
    public string? Test { get; init; }

    /// <summary>How many of them failed.</summary>
    public int FailedTests { get; init; }

    public bool IsFound => Rule is not null || Test is not null;
}
