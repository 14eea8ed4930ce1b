namespace Earshot.JetStream.Consuming;

/// <summary>Why and where an ordered consumer was recreated.</summary>
/// <param name="Cause">The cause.</param>
/// <param name="FromStreamSeq">The stream sequence at which the read continues.</param>
/// <param name="Expected">The expected consumer sequence; 0 when no sequence was missing.</param>
/// <param name="Got">The received consumer sequence; 0 when no sequence was missing.</param>
/// <param name="Attempts">The number of attempts.</param>
/// <param name="Duration">The duration of all attempts.</param>
internal readonly record struct OrderedRestart(RecreateCause Cause, ulong FromStreamSeq, ulong Expected, ulong Got, int Attempts, TimeSpan Duration);
