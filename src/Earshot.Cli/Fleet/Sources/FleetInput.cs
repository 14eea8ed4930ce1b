using Earshot.Fleet;

namespace Earshot.Cli.Fleet;

/// <summary>The records of all sources.</summary>
/// <param name="Records">The records.</param>
/// <param name="Summary">What was read, in one line.</param>
/// <param name="Hints">What is missing and how to get it.</param>
/// <param name="Since">Only what happened later is shown.</param>
internal sealed record FleetInput(IReadOnlyList<FleetRecord> Records, string Summary, IReadOnlyList<string> Hints, DateTimeOffset Since)
{
    /// <summary>How incidents are found in them.</summary>
    public IncidentOptions Options { get; init; } = new();
}
