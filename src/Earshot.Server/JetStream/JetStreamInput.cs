namespace Earshot.Server.JetStream;

/// <summary>A message to JetStream that waits until the present one is processed.</summary>
internal sealed record JetStreamInput(JetStreamTarget Target, string? Stream, byte[] Subject, byte[] ReplyTo, byte[] Headers, byte[] Payload);
