namespace Earshot.JetStream;

/// <summary>A message of a publisher that was not stored, or whose outcome is unknown.</summary>
/// <param name="Subject">The subject of the message.</param>
/// <param name="MsgId">The message id; null when it has none.</param>
/// <param name="Exception">The exception with which the publish ended.</param>
public sealed record NatsJSPublishFailure(string Subject, string? MsgId, Exception Exception);
