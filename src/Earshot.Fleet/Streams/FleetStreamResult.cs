namespace Earshot.Fleet;

/// <summary>A stream of a fleet and what was done for it.</summary>
/// <param name="Name">The name of the stream.</param>
/// <param name="Outcome">Whether it was created, or was there.</param>
public sealed record FleetStreamResult(string Name, FleetStreamOutcome Outcome)
{
    /// <summary>The number of replicas that the stream has.</summary>
    public int Replicas { get; init; }

    /// <summary>
    /// The settings that differ from what a fleet needs; empty without any. Of a stream that was just created they are settings that the server does
    /// not know.
    /// </summary>
    public IReadOnlyList<FleetStreamDifference> Differences { get; init; } = [];
}
