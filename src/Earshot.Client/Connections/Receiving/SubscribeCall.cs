namespace Earshot.Connections;

/// <summary>What a caller of subscribe has asked for.</summary>
internal readonly record struct SubscribeCall(string Subject, string? QueueGroup, NatsSubOpts? Opts);
