namespace Earshot.JetStream.Consuming;

/// <summary>The values of one pull request. Durations are in ticks of 100 ns; 0 when not sent.</summary>
internal readonly record struct PullAsk(int Batch, int MaxBytes, long Expires, long Heartbeat, bool NoWait);
