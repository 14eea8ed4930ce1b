namespace Earshot.JetStream.Consuming;

/// <summary>The times of one running handler, in ticks.</summary>
/// <param name="IsUsed">Whether a handler runs.</param>
/// <param name="Interval">The interval between two reports of progress.</param>
/// <param name="Due">The time of the next report.</param>
/// <param name="End">The time after which no progress is reported.</param>
internal readonly record struct RunSlot(bool IsUsed, long Interval, long Due, long End);
