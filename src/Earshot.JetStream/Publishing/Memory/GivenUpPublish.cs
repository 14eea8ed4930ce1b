namespace Earshot.JetStream.Publishing;

/// <summary>A publish that ended without its ack.</summary>
/// <param name="Subject">Its subject.</param>
/// <param name="MsgId">Its message id; null without one.</param>
/// <param name="Attempts">How often it was sent.</param>
/// <param name="FirstSent">When it was sent first.</param>
internal readonly record struct GivenUpPublish(string Subject, string? MsgId, int Attempts, TimeSpan FirstSent);
