namespace Earshot.JetStream;

/// <summary>A publish of a publisher that was not stored, or of which that is not known.</summary>
/// <param name="Subject">Its subject.</param>
/// <param name="MsgId">Its message id; null without one.</param>
/// <param name="Exception">How it ended.</param>
public sealed record NatsJSPublishFailure(string Subject, string? MsgId, Exception Exception);
