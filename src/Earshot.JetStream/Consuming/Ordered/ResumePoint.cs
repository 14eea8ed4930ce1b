namespace Earshot.JetStream.Consuming;

/// <summary>Where the next incarnation of an ordered consumer begins.</summary>
/// <param name="Policy">By what.</param>
/// <param name="StartSeq">The sequence, if by that.</param>
/// <param name="StartTime">The time, if by that.</param>
internal readonly record struct ResumePoint(ConsumerConfigDeliverPolicy Policy, ulong StartSeq, DateTimeOffset StartTime);
