namespace Earshot.Server.JetStream;

/// <summary>A stream with its consumers.</summary>
/// <param name="State">The stream.</param>
/// <param name="Input">What takes the messages that are published to it.</param>
/// <param name="Consumers">Its consumers by name.</param>
internal sealed record HostedStream(StreamState State, StreamInput Input, Dictionary<string, ConsumerState> Consumers);
