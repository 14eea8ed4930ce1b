namespace Earshot.JetStream.Consuming;

/// <summary>One attempt to recreate a consumer.</summary>
/// <param name="Number">The number of the attempt among all of the read. Its result is ignored once there is a later attempt.</param>
/// <param name="Cause">The reason why the consumer is recreated.</param>
/// <param name="Tries">The number of attempts since the consumer was lost.</param>
/// <param name="Since">The time of the first of these attempts, in ticks.</param>
internal readonly record struct PushAttempt(int Number, RecreateCause Cause, int Tries, long Since);
