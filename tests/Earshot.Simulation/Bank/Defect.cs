namespace Earshot.Simulation.Bank;

/// <summary>A known defect that can be switched on in a copy of the source.</summary>
/// <param name="Name">The name of its switch.</param>
/// <param name="Description">What is wrong, in one sentence.</param>
/// <param name="Changes">The places of the source that it changes.</param>
internal sealed record Defect(string Name, string Description, IReadOnlyList<SourceChange> Changes)
{
    /// <summary>The seeds of the simulation that can find it: an option of its command line without the dashes; null: all seeds.</summary>
    public string? Seeds { get; init; }

    /// <summary>The tests that have to find it, for a defect where the simulation does not; null: those of the client.</summary>
    public TestSelection? Tests { get; init; }
}
