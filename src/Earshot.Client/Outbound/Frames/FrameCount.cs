namespace Earshot.Outbound;

/// <summary>Publishes counted while cutting a buffer.</summary>
internal readonly record struct FrameCount(long Kept, long Unknown, long UnknownBytes);
