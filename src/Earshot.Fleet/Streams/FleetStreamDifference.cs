namespace Earshot.Fleet;

/// <summary>A setting of a stream that is not as a fleet needs it.</summary>
/// <param name="Setting">The name of the setting in the API of JetStream, such as <c>max_bytes</c>.</param>
/// <param name="Expected">The value that it should have, as text.</param>
/// <param name="Actual">The value that it has, as text.</param>
public sealed record FleetStreamDifference(string Setting, string Expected, string Actual);
