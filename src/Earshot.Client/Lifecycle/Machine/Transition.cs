using System.Collections.Immutable;

namespace Earshot.Lifecycle;

/// <summary>What a step makes: the next state and the orders that lead there.</summary>
internal readonly record struct Transition(MachineState State, ImmutableArray<MachineEffect> Effects);
