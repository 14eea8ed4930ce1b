namespace Earshot.Connections;

/// <summary>The arguments of a subscribe call.</summary>
internal readonly record struct SubscribeCall(string Subject, string? QueueGroup, NatsSubOpts? Opts);
