namespace Earshot.JetStream.Consuming;

/// <summary>What the consumer's configuration allows a pull; 0 or less: no limit.</summary>
internal readonly record struct PullLimits(int MaxBatch, int MaxBytes, long MaxExpires, int MaxAckPending);
