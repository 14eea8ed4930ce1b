namespace Earshot.JetStream.Publishing;

/// <summary>A publish that ended without an ack.</summary>
/// <param name="Subject">The subject of the publish.</param>
/// <param name="MsgId">The message id; null when it has none.</param>
/// <param name="Attempts">The number of attempts in which it was sent.</param>
/// <param name="FirstSent">The time of the first attempt.</param>
internal readonly record struct GivenUpPublish(string Subject, string? MsgId, int Attempts, TimeSpan FirstSent);
