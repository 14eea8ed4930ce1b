namespace Earshot.Chaos.Core;

/// <summary>A message of a publisher, and when it was received, in milliseconds since the start of the run.</summary>
internal readonly record struct Delivery(int Publisher, long Number, int Millisecond);
