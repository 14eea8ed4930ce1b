namespace Earshot.JetStream.Consuming;

/// <summary>The numbers of one pull request. Durations in ticks of 100 ns; 0: left out.</summary>
internal readonly record struct PullAsk(int Batch, int MaxBytes, long Expires, long Heartbeat, bool NoWait);
