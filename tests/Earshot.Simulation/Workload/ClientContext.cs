using Earshot.Simulation.Checks;
using Earshot.Simulation.Scheduling;

namespace Earshot.Simulation.Workload;

/// <summary>What the parts of one client share.</summary>
internal sealed record ClientContext
{
    public required string Name { get; init; }

    public required Actor Actor { get; init; }

    public required VirtualClock Clock { get; init; }

    public required Chance Chance { get; init; }

    public required Scheduler Scheduler { get; init; }

    public required Ledger Ledger { get; init; }

    public required Findings Findings { get; init; }

    public required RunLog Log { get; init; }

    public PublisherLedger Own => Ledger.Of(Name);
}
