namespace Earshot.Simulation.Scheduling;

/// <summary>Work items queued more work items without an end, and virtual time could not continue.</summary>
internal sealed class BusyLoopException() : Exception("The work between two steps does not end: a busy loop.");
