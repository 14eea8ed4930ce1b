namespace Earshot.Subscriptions;

/// <summary>How much may wait in one subscription's queue, and what happens beyond it.</summary>
internal sealed record SubscriptionLimits(int Messages, long Bytes, SlowPolicy Policy);
