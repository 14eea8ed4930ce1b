namespace Earshot.JetStream.Requests;

/// <summary>What was known of a stream when a request or publish was sent, to compare with the response.</summary>
internal readonly record struct StreamView(StreamEntry? Entry, ulong Highest, int Falls);
