namespace Earshot.Subscriptions;

/// <summary>Why a subscription ended and with which failure: one object, so that the first end wins with both.</summary>
internal sealed record SubscriptionEnd(NatsSubEndReason Reason, Exception? Exception);
