namespace Earshot.JetStream.Requests;

/// <summary>What was known of a stream when something was sent; what returns is compared with it.</summary>
internal readonly record struct StreamView(StreamEntry? Entry, ulong Highest, int Falls);
