namespace Earshot.Server.JetStream;

/// <summary>A stream with its consumers.</summary>
internal sealed record HostedStream(StreamState State, Dictionary<string, ConsumerState> Consumers);
