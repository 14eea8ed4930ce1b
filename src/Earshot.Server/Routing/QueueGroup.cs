namespace Earshot.Server.Routing;

/// <summary>The members of one queue group that match one subject; never empty.</summary>
internal sealed record QueueGroup<T>(byte[] Name, T[] Members);
