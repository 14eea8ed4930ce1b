namespace Earshot.JetStream.Consuming;

/// <summary>How an attempt to create a push consumer again ended.</summary>
/// <param name="Result">The result.</param>
/// <param name="FromStreamSeq">The stream sequence at which the new consumer starts; 0: it starts by another policy.</param>
/// <param name="HasRegressed">Whether the stream has lost messages that were received.</param>
internal readonly record struct PushCreation(PushAttemptResult Result, ulong FromStreamSeq = 0, bool HasRegressed = false);
