namespace Earshot.Outbound;

/// <summary>A publish that was accepted and never sent, because the server that it was to go to takes no message of its size.</summary>
internal readonly record struct DroppedPublish(string Subject, int Size, long Number);
