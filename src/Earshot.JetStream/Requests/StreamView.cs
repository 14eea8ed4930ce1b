namespace Earshot.JetStream.Requests;

/// <summary>What was known of a stream when a request or publish was sent, to compare with the response.</summary>
/// <param name="Entry">The stream; null when it was not known which one stores the subject.</param>
/// <param name="Highest">The highest sequence that was certainly stored.</param>
/// <param name="Falls">The number of regressions.</param>
/// <param name="Change">Without a stream: the number of the last change of a highest sequence of any stream.</param>
internal readonly record struct StreamView(StreamEntry? Entry, ulong Highest, int Falls, long Change = 0);
