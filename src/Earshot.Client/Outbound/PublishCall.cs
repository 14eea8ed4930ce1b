namespace Earshot.Outbound;

/// <summary>A validated call to publish, without its value.</summary>
internal readonly record struct PublishCall(string Subject, NatsHeaders? Headers, string? ReplyTo, TimeSpan Timeout, CancellationToken CancellationToken);
