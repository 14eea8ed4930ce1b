namespace Earshot.JetStream.Consuming;

/// <summary>The start of the next incarnation of an ordered consumer.</summary>
/// <param name="Policy">The deliver policy.</param>
/// <param name="StartSeq">The start sequence; 0 for other policies.</param>
/// <param name="StartTime">The start time; default for other policies.</param>
internal readonly record struct ResumePoint(ConsumerConfigDeliverPolicy Policy, ulong StartSeq, DateTimeOffset StartTime);
