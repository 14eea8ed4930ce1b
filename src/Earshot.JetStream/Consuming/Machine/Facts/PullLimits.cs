namespace Earshot.JetStream.Consuming;

/// <summary>The limits of pull requests in the configuration of the consumer; 0 or less: no limit.</summary>
internal readonly record struct PullLimits(int MaxBatch, int MaxBytes, long MaxExpires, int MaxAckPending);
