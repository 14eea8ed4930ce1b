namespace Earshot.JetStream.Consuming;

/// <summary>Why and where an ordered consumer was made again.</summary>
/// <param name="Cause">Why.</param>
/// <param name="FromStreamSeq">Sequence at which it continues.</param>
/// <param name="Expected">Consumer sequence that was expected; 0: none.</param>
/// <param name="Got">The one that came; 0: none.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Duration">How long it took.</param>
internal readonly record struct OrderedRestart(RecreateCause Cause, ulong FromStreamSeq, ulong Expected, ulong Got, int Attempts, TimeSpan Duration);
