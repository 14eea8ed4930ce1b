using Earshot.Simulation.Scheduling;

namespace Earshot.Simulation.Network;

/// <summary>What all parts of a simulated network share.</summary>
/// <param name="Scheduler">The virtual time.</param>
/// <param name="Chance">The random decisions of the network.</param>
/// <param name="Network">The process that carries bytes; never paused.</param>
/// <param name="Quality">How links behave.</param>
internal sealed record Surroundings(Scheduler Scheduler, Chance Chance, Actor Network, LinkQuality Quality);
